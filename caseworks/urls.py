"""Every route of the site, grouped by path. Each app brings its own; the case app sits on top."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

# Each registers what the admin shows of its app.
import caseworks.admin
import outreach.admin
import people.admin
from caseworks.views import (
    actions,
    board,
    cases,
    desk,
    followups,
    health,
    home,
    imports,
    jobs,
    phone,
    phone_cases,
    phone_leave,
    reports,
    search,
    suggestions,
)

__all__ = ["caseworks", "outreach", "people", "urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("people.urls")),
    path("healthz", health.healthz, name="healthz"),
    # ---- /, /board/, /search/, /cases/, /followups/ ----
    path("", home.home, name="home"),
    path("board/", board.board, name="board"),
    path("search/", search.search, name="search"),
    path("cases/", cases.case_list, name="case_list"),
    path("cases/urge/", actions.cases_urge, name="cases_urge"),
    path("cases/<slug:number>/", cases.case_detail, name="case_detail"),
    path("cases/<slug:number>/receipt/", cases.receipt, name="receipt"),
    path("cases/<slug:number>/reveal/", cases.case_reveal, name="case_reveal"),
    path("cases/<slug:number>/<slug:verb>/", actions.case_action, name="case_action"),
    path("followups/", followups.followups, name="followups"),
    path("followups/<slug:number>/", followups.followup, name="followup"),
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
    # ---- /admin/ ----
    path("admin/", admin.site.urls),
]
