"""Addresses of the app: the account of whoever is signed in."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from people.access import allow, public
from people.views.account import PasswordChange
from people.views.preferences import set_preferences

urlpatterns = [
    path("login/", public(LoginView.as_view(redirect_authenticated_user=True)), name="login"),
    path("logout/", allow()(LogoutView.as_view()), name="logout"),
    path("account/password/", allow()(PasswordChange.as_view()), name="password_change"),
    path("account/preferences/", set_preferences, name="set_preferences"),
]
