"""Every route of the site, grouped by path. Each app brings its own; the case app sits on top."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

# Each registers what the admin shows of its app.
import caseworks.admin
import outreach.admin
import people.admin
from caseworks.views import (
    actions,
    approvals,
    board,
    bulk,
    cases,
    categories,
    desk,
    followups,
    health,
    home,
    imports,
    incidents,
    jobs,
    joining,
    phone,
    phone_cases,
    phone_leave,
    publications,
    reception,
    reports,
    returns,
    rules,
    search,
    stairwells,
    suggestions,
)

__all__ = ["caseworks", "outreach", "people", "urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("people.urls")),
    path("", include("outreach.urls")),
    path("healthz", health.healthz, name="healthz"),
    # ---- /, /board/, /search/, /cases/, /followups/ ----
    path("", home.home, name="home"),
    path("board/", board.board, name="board"),
    path("search/", search.search, name="search"),
    path("cases/", cases.case_list, name="case_list"),
    path("cases/bulk/print/", bulk.bulk_print, name="bulk_print"),
    path("cases/bulk/done/<uuid:uuid>/", bulk.bulk_done, name="bulk_done"),
    path("cases/bulk/done/<uuid:uuid>/undo/", bulk.bulk_undo, name="bulk_undo"),
    path("cases/bulk/<slug:verb>/", bulk.bulk_change, name="bulk_change"),
    path("cases/<slug:number>/", cases.case_detail, name="case_detail"),
    path("cases/<slug:number>/receipt/", cases.receipt, name="receipt"),
    path("cases/<slug:number>/reveal/", cases.case_reveal, name="case_reveal"),
    path("cases/<slug:number>/links/<int:link>/undo/", joining.case_link_undo, name="case_link_undo"),
    path("cases/<slug:number>/<slug:verb>/", actions.case_action, name="case_action"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<slug:number>/", approvals.approval, name="approval"),
    path("returns/", returns.returns, name="returns"),
    path("followups/", followups.followups, name="followups"),
    path("followups/<slug:number>/", followups.followup, name="followup"),
    # ---- /incidents/ ----
    path("incidents/<slug:number>/", incidents.incident, name="incident"),
    path("incidents/<slug:number>/add/", incidents.incident_add, name="incident_add"),
    path("incidents/<slug:number>/calls/", incidents.incident_calls, name="incident_calls"),
    # ---- /desk/ ----
    path("desk/new/", desk.desk_new, name="desk_new"),
    path("desk/logged/<str:number>/", desk.desk_logged, name="desk_logged"),
    path("desk/join/<str:number>/", desk.desk_join, name="desk_join"),
    path("desk/drafts/", desk.desk_drafts, name="desk_drafts"),
    path("desk/drafts/<uuid:uuid>/", desk.desk_draft, name="desk_draft"),
    path("desk/drafts/<uuid:uuid>/discard/", desk.desk_draft_discard, name="desk_draft_discard"),
    path("desk/callers/", desk.desk_callers, name="desk_callers"),
    path("desk/areas/", desk.desk_areas, name="desk_areas"),
    path("desk/categories/", desk.desk_categories, name="desk_categories"),
    path("desk/preview/", desk.desk_preview, name="desk_preview"),
    # ---- /m/: the phone ----
    path("m/", phone.phone_today, name="phone_today"),
    path("m/week/", stairwells.phone_week, name="phone_week"),
    path("m/stairs/<uuid:uuid>/", stairwells.phone_stairwell, name="phone_stairwell"),
    path("m/visits/<uuid:uuid>/", phone.phone_visit, name="phone_visit"),
    path("m/visits/<uuid:uuid>/reach/", phone.phone_reach_household, name="phone_reach_household"),
    path("m/cases/<slug:number>/", phone_cases.phone_case, name="phone_case"),
    path("m/cases/<slug:number>/reach/", phone_cases.phone_reach_caller, name="phone_reach_caller"),
    path("m/new/", phone.phone_new, name="phone_new"),
    path("m/me/", phone.phone_me, name="phone_me"),
    path("m/me/leave/", phone_leave.phone_leave, name="phone_leave"),
    path("m/me/leave/<uuid:uuid>/end/", phone_leave.phone_leave_end, name="phone_leave_end"),
    # ---- /suggestions/ ----
    path("suggestions/", suggestions.suggestion_list, name="suggestion_list"),
    path("suggestions/new/", suggestions.suggestion_new, name="suggestion_new"),
    path("suggestions/drafts/<uuid:uuid>/", suggestions.suggestion_draft, name="suggestion_draft"),
    path(
        "suggestions/drafts/<uuid:uuid>/discard/",
        suggestions.suggestion_draft_discard,
        name="suggestion_draft_discard",
    ),
    path("suggestions/<slug:number>/", suggestions.suggestion_detail, name="suggestion_detail"),
    path("suggestions/<slug:number>/proposer/", suggestions.suggestions_of_proposer, name="suggestions_of_proposer"),
    path("suggestions/<slug:number>/reveal/", suggestions.suggestion_reveal, name="suggestion_reveal"),
    path("suggestions/<slug:number>/<slug:step>/", suggestions.suggestion_step, name="suggestion_step"),
    # ---- /publications/ ----
    path("publications/", publications.publication_list, name="publication_list"),
    path("publications/print/", publications.publication_print, name="publication_print"),
    path("publications/new/<slug:number>/", publications.publication_new, name="publication_new"),
    path("publications/<uuid:uuid>/", publications.publication, name="publication"),
    # ---- /reception/ ----
    path("reception/", reception.reception_list, name="reception_list"),
    path("reception/new/", reception.reception_new, name="reception_new"),
    path("reception/plan/", reception.reception_plan, name="reception_plan"),
    path("reception/<uuid:uuid>/", reception.reception_day, name="reception_day"),
    path("reception/<uuid:uuid>/edit/", reception.reception_edit, name="reception_edit"),
    path("reception/<uuid:uuid>/swap/", reception.reception_swap, name="reception_swap"),
    path("reception/<uuid:uuid>/notice/", reception.reception_notice, name="reception_notice"),
    path("reception/<uuid:uuid>/talk/", reception.reception_talk, name="reception_talk"),
    path("reception/<uuid:uuid>/end/", reception.reception_end, name="reception_end"),
    path("reception/<uuid:uuid>/queue/<uuid:appointment>/", reception.reception_attend, name="reception_attend"),
    # ---- /reports/ ----
    path("reports/", reports.reports, name="reports"),
    path("reports/<int:year>-<int:month>/", reports.report_month, name="report_month"),
    path("reports/<int:year>-<int:month>/rows/<slug:figure>/", reports.report_rows, name="report_rows"),
    path("reports/<int:year>-<int:month>/report.xlsx", reports.report_xlsx, name="report_xlsx"),
    # ---- /imports/, /jobs/ ----
    path("imports/", imports.imports, name="imports"),
    path("imports/<uuid:uuid>/", imports.import_detail, name="import_detail"),
    path("imports/<uuid:uuid>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<uuid:uuid>/errors.xlsx", imports.import_errors, name="import_errors"),
    path("jobs/<uuid:uuid>/", jobs.job, name="job"),
    # ---- /rules/ ----
    path("rules/", rules.rules, name="rules"),
    path("rules/new/", rules.rule_new, name="rule_new"),
    path("rules/limits/", categories.default_limits, name="default_limits"),
    path("rules/categories/", categories.categories, name="categories"),
    path("rules/categories/new/", categories.category_new, name="category_new"),
    path("rules/categories/<slug:code>/", categories.category_edit, name="category_edit"),
    path("rules/<int:pk>/", rules.rule_detail, name="rule"),
    path("rules/<int:pk>/edit/", rules.rule_edit, name="rule_edit"),
    path("rules/<int:pk>/<slug:change>/", rules.rule_change, name="rule_change"),
    # ---- /admin/ ----
    path("admin/", admin.site.urls),
]
