"""Taking back a merging, a splitting, a linking or an unlinking, from the page of either case."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from caseworks import joining, moves
from caseworks.models import Case, CaseLink
from caseworks.views.cases import DESK, seen_case
from people.access import StaffRequest, allow


@allow(*DESK)
@require_POST
def case_link_undo(request: StaffRequest, number: str, link: int) -> HttpResponse:
    """Take it back, or say why that is no longer possible."""
    return _take_back(request, number, link, joining.undo)


@allow(*DESK)
@require_POST
def case_link_again(request: StaffRequest, number: str, link: int) -> HttpResponse:
    """Take back that two cases were unlinked."""
    return _take_back(request, number, link, joining.link_again)


def _take_back(
    request: StaffRequest, number: str, link: int, step: Callable[[CaseLink, moves.Act], Case]
) -> HttpResponse:
    case = seen_case(request, number)
    bond = get_object_or_404(CaseLink.objects.of(case), pk=link)
    try:
        step(bond, moves.Act(request.user, key=uuid4()))
    except moves.NotPossible as sentence:
        messages.error(request, str(sentence))
    else:
        messages.success(request, _("It was taken back."))
    return redirect("case_detail", case.number)
