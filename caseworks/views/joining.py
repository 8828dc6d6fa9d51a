"""Taking back a merging, a splitting or a linking, from the page of either case."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from caseworks import joining, moves
from caseworks.models import CaseLink
from caseworks.views.cases import DESK, seen_case
from people.access import StaffRequest, allow


@allow(*DESK)
@require_POST
def case_link_undo(request: StaffRequest, number: str, link: int) -> HttpResponse:
    """Take it back, or say why that is no longer possible."""
    case = seen_case(request, number)
    bond = get_object_or_404(CaseLink.objects.standing().of(case), pk=link)
    try:
        joining.undo(bond, moves.Act(request.user, key=uuid4()))
    except moves.NotPossible as sentence:
        messages.error(request, str(sentence))
    else:
        messages.success(request, _("It was taken back."))
    return redirect("case_detail", case.number)
