"""Ledgers in through the browser: hand in, preview, confirm, result, the workbook of cells to correct."""

import io
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from people import jobs
from people.models import AuditEvent, Building, Household, Job, Upload
from people.workbooks import MAX_FILE_BYTES
from tests.people.workbook_files import OFFICE, book

HEAD = ["户主姓名", "家庭住址", "成员姓名", "与户主关系", "性别", "身份证号", "备注"]
WRONG_ID = "33090319500302001X"
ROWS = [
    ["王建国", "滨港路1号", "王建国", "户主", "男", WRONG_ID, "独居"],
    ["", "", "李秀英", "配偶", "@SUM(1)", "", ""],
]


@pytest.fixture
def supervisor(client, cast):
    client.force_login(cast.supervisor)
    return client


@pytest.fixture
def register(tmp_path):
    return book(tmp_path / "侨台户花名册.xlsx", 东安社区=[["沈湾街道"], HEAD, *ROWS])


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def hand_in(client, path: Path, kind="residents", **options):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(reverse("imports"), {"kind": kind, "file": file}, **options)


def test_the_preview_tells_everything_and_changes_nothing(supervisor, register):
    page = hand_in(supervisor, register, follow=True)

    assert page.status_code == 200
    found = page.context["found"]
    table = {kind: counts for kind, *counts in found.table}
    assert table["household"] == [1, 0, 0] and table["resident"] == [2, 0, 0]
    assert [(error.row, error.column, error.value) for error in found.errors] == [
        (3, "身份证号", WRONG_ID),
        (4, "性别", "@SUM(1)"),
    ]
    assert Household.objects.filter(head__name="王建国").count() == 0
    text = page.content.decode()
    assert "330**************X" in text and WRONG_ID not in text


def test_confirmed_it_is_imported_once_however_often_it_is_confirmed(supervisor, register):
    hand_in(supervisor, register)
    upload = Upload.objects.get()

    for _ in range(2):
        page = supervisor.post(reverse("import_confirm", args=[upload.uuid]), follow=True)

    assert page.context["stage"] == "done"
    assert Household.objects.filter(head__name="王建国").count() == 1
    assert Job.objects.filter(owner=upload.owner).count() == 2
    assert AuditEvent.objects.filter(action="ledger.confirm").count() == 1
    again = hand_in(supervisor, register, follow=True)
    assert not again.context["found"].changes_anything


def test_the_cells_to_correct_come_as_a_workbook_without_formulas(supervisor, register):
    hand_in(supervisor, register)
    upload = Upload.objects.get()

    response = supervisor.get(reverse("import_errors", args=[upload.uuid]))

    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[:4] for row in rows] == [["东安社区", 3, "身份证号", WRONG_ID], ["东安社区", 4, "性别", "@SUM(1)"]]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert AuditEvent.objects.filter(action="ledger.download_errors", object_ref=str(upload.pk)).exists()


def test_no_number_of_a_document_lies_readable_in_the_database(supervisor, register):
    hand_in(supervisor, register)
    upload = Upload.objects.get()
    supervisor.post(reverse("import_confirm", args=[upload.uuid]))
    upload.refresh_from_db()

    assert WRONG_ID not in str(upload.preview) + str(list(Job.objects.values_list("result", "params", "message")))


@pytest.mark.parametrize("name", ["truth.json", "empty.xlsx", "large.xlsx"])
def test_what_is_no_workbook_is_refused_beside_the_field(supervisor, tmp_path, name):
    path = OFFICE / name
    if not path.exists():
        path = tmp_path / name
        path.write_bytes(b"PK\x03\x04" + b"0" * MAX_FILE_BYTES if name.startswith("large") else b"")

    page = hand_in(supervisor, path)

    assert page.status_code == 200
    assert len(page.context["form"].errors["file"]) == 1
    assert not Upload.objects.exists()


def test_another_ledger_is_refused_with_one_sentence(supervisor):
    page = hand_in(supervisor, OFFICE / "network.xlsx", kind="hotline", follow=True)

    assert page.context["stage"] == "refused"
    assert page.context["found"].refused in page.content.decode()
    assert supervisor.post(reverse("import_confirm", args=[Upload.objects.get().uuid])).status_code == 302
    assert not Job.objects.filter(name__endswith="run_import").exists()


def test_a_ledger_of_another_town_is_refused(supervisor, tmp_path):
    path = book(tmp_path / "r.xlsx", 南浦社区=[["北桥镇"], HEAD, *ROWS])

    page = hand_in(supervisor, path, follow=True)

    assert page.context["stage"] == "refused"


def test_an_upload_belongs_to_its_owner_alone(supervisor, register, cast, client):
    hand_in(supervisor, register)
    upload = Upload.objects.get()
    client.force_login(cast.manager)

    for name, method in (("import_detail", client.get), ("import_errors", client.get), ("import_confirm", client.post)):
        assert method(reverse(name, args=[upload.uuid])).status_code == 404
    assert client.get(reverse("job", args=[upload.job.uuid])).status_code == 404


@pytest.mark.parametrize("role", ["operator", "leader", "officer", "committee", "department"])
def test_others_may_not_import(client, cast, role):
    client.force_login(getattr(cast, role))

    assert client.get(reverse("imports")).status_code == 403


def test_while_it_runs_the_page_shows_how_far_it_is(supervisor, register, monkeypatch):
    monkeypatch.setattr(jobs, "run", lambda pk: Job.objects.filter(pk=pk).update(state="running", done=3, total=9))

    page = hand_in(supervisor, register, follow=True)

    assert page.context["stage"] == "reading"
    assert 'value="3" max="9"' in page.content.decode()
    job = Job.objects.get()
    part = supervisor.get(reverse("job", args=[job.uuid]), headers={"HX-Request": "true"})
    assert 'value="3" max="9"' in part.content.decode() and "HX-Refresh" not in part.headers
    Job.objects.update(state="done")
    assert supervisor.get(reverse("job", args=[job.uuid]), headers={"HX-Request": "true"}).headers["HX-Refresh"]


def test_a_crash_changes_nothing_and_says_so_without_the_details(supervisor, register, monkeypatch):
    hand_in(supervisor, register)
    upload = Upload.objects.get()

    def fail(*args, **kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("caseworks.importing.uploads.import_upload", fail)
    page = supervisor.post(reverse("import_confirm", args=[upload.uuid]), follow=True)

    assert page.context["stage"] == "failed"
    assert "secret detail" not in page.content.decode()
    assert not Household.objects.filter(head__name="王建国").exists()


def test_files_are_forgotten_after_a_week(supervisor, register):
    hand_in(supervisor, register)
    upload = Upload.objects.get()
    path = Path(upload.file.path)
    Upload.objects.update(created_at=timezone.now() - timedelta(days=8))

    hand_in(supervisor, register)

    assert not path.exists()
    upload.refresh_from_db()
    assert not upload.file and upload.preview
    assert supervisor.get(reverse("import_detail", args=[upload.uuid])).status_code == 200


# ---- A table of buildings ----

BUILDINGS = "地址,东坐标,北坐标\n滨港路1号,41413000,3320000\n"


@pytest.fixture
def hand_in_table(client, cast):
    client.force_login(cast.manager)

    def hand_in(text: str | bytes, **more):
        content = text if isinstance(text, bytes) else text.encode()
        wanted = {"file": SimpleUploadedFile("楼幢.csv", content), "area": cast.town.pk, **more}
        return client.post(reverse("import_buildings"), wanted, follow=True)

    return hand_in


def confirm(client):
    return client.post(reverse("import_confirm", args=[Upload.objects.first().uuid]), follow=True)


def test_a_table_of_buildings_is_previewed_confirmed_and_its_wrong_rows_come_as_a_workbook(client, cast, hand_in_table):
    for page in ("imports", "admin:people_building_changelist"):
        client.force_login(cast.manager)
        assert reverse("import_buildings") in client.get(reverse(page)).content.decode()
    page = hand_in_table(BUILDINGS + "滨港路,1,2\n滨港路3号,41413020,3320000\n")
    assert page.context["found"].table == [("building", 2, 0, 0)]
    assert [(error.row, error.value) for error in page.context["found"].errors] == [(3, "滨港路")]
    assert not Building.objects.exists()
    text = page.content.decode()
    assert "沈湾街道" in text and "这些行不收入" in text

    done = confirm(client)
    assert done.context["stage"] == "done"
    assert Building.objects.filter(area=cast.town).count() == 2
    assert set(AuditEvent.objects.filter(action="building.add").values_list("actor", flat=True)) == {cast.manager.pk}
    errors = client.get(reverse("import_errors", args=[Upload.objects.get().uuid]))
    sheet = openpyxl.load_workbook(io.BytesIO(errors.getvalue())).active
    assert [cell.value for cell in sheet[2]][:4] == ["CSV", 3, "地址", "滨港路"]
    assert unquote(errors["Content-Disposition"]).endswith("楼幢 需要改正.xlsx")


def test_what_a_whole_table_leaves_out_is_counted_before_it_is_removed(client, cast, hand_in_table):
    hand_in_table(BUILDINGS + "滨港路3号,41413020,3320000\n")
    confirm(client)
    page = hand_in_table(BUILDINGS, whole="on")
    assert (page.context["found"].removed, page.context["found"].changes_anything) == (1, True)
    assert Building.objects.count() == 2
    assert confirm(client).context["found"].removed == 1
    assert Building.objects.get().address == "滨港路1号"
    assert not hand_in_table(BUILDINGS).context["found"].changes_anything


def test_a_table_that_is_none_or_of_another_town_is_refused_with_a_way_back(client, cast, hand_in_table):
    refused = hand_in_table("地址\n滨港路1号")
    assert refused.context["stage"] == "refused"
    assert "东坐标" in refused.context["found"].refused
    assert reverse("import_buildings") in refused.content.decode()
    assert hand_in_table(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)).context["form"].errors["file"]
    assert hand_in_table(BUILDINGS, area=cast.next_town.pk).context["form"].errors["area"]
    client.force_login(cast.supervisor)  # hands in ledgers, does not change the configuration
    assert reverse("import_buildings") not in client.get(reverse("imports")).content.decode()
