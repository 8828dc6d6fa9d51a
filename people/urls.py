"""Addresses of the app: the account of whoever is signed in, and the households he looks after."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path, re_path

from people.access import allow, public
from people.views import households, leave, needs, network, photos, wishes
from people.views.account import PasswordChange
from people.views.preferences import set_preferences

urlpatterns = [
    path("login/", public(LoginView.as_view(redirect_authenticated_user=True)), name="login"),
    path("logout/", allow()(LogoutView.as_view()), name="logout"),
    path("account/password/", allow()(PasswordChange.as_view()), name="password_change"),
    path("account/preferences/", set_preferences, name="set_preferences"),
    path("households/", households.households, name="households"),
    path("households/<uuid:uuid>/", households.household, name="household"),
    path("households/<uuid:uuid>/address/", households.reveal_address, name="reveal_address"),
    path("households/<uuid:uuid>/needs/", needs.household_needs, name="household_needs"),
    path("households/<uuid:uuid>/needs/<int:pk>/", needs.household_need, name="household_need"),
    path("households/<uuid:uuid>/tier/", needs.household_tier, name="household_tier"),
    re_path(r"^reveal/(?P<what>phone|document)/(?P<pk>\d{1,18})/$", households.reveal, name="reveal"),
    path("network/", network.network, name="network"),
    path("network/leave/", leave.network_leave, name="network_leave"),
    path("network/leave/<uuid:uuid>/", leave.network_leave_decide, name="network_leave_decide"),
    path("network/posts/<slug:role>/<slug:how>/<int:pk>/", network.network_post, name="network_post"),
    path("network/<int:pk>/groups/", network.network_groups, name="network_groups"),
    path("network/regroupings/<int:pk>/undo/", network.network_undo, name="network_undo"),
    path("residents/<uuid:uuid>/wishes/", wishes.resident_wishes, name="resident_wishes"),
    path("photos/<uuid:uuid>/", photos.photo, name="photo"),
]
