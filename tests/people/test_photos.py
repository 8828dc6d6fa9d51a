"""Photos are made small, upright and anonymous; what is no photo is refused in a sentence."""

import io
import os
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from people import photos
from people.models import Photo
from people.photos import LARGEST_KEPT, LONGEST_SIDE, PhotoRefused, keep, reduced, uuid_of
from tests.cast import Cast

MAKE, ORIENTATION, GPS = 0x010F, 0x0112, 0x8825
TURNED_RIGHT = 6  # the camera was held upright: the picture must be turned by 90° to stand


def jpeg(width: int = 80, height: int = 60, *, noise: bool = False, **exif_tags) -> bytes:
    """A picture whose left half is red, with what a phone's camera writes into it."""
    if noise:
        picture = Image.frombytes("RGB", (width, height), os.urandom(3 * width * height))
    else:
        picture = Image.new("RGB", (width, height), "blue")
        picture.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[MAKE] = "Telephone"
    exif[ORIENTATION] = exif_tags.get("orientation", 1)
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (29.0, 56.0, 30.0)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95, exif=exif)
    return file.getvalue()


def as_png(mode: str = "RGBA") -> bytes:
    file = io.BytesIO()
    Image.new(mode, (40, 30)).save(file, "PNG")
    return file.getvalue()


def small(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(reduced(io.BytesIO(content))))


def test_a_photo_of_twelve_megapixels_of_noise_is_kept_within_400_kilobytes():
    kept = reduced(io.BytesIO(jpeg(4000, 3000, noise=True)))
    assert len(kept) <= LARGEST_KEPT
    assert Image.open(io.BytesIO(kept)).size == (1600, 1200)


def test_the_noisiest_square_that_is_kept_fits_too():
    assert len(reduced(io.BytesIO(jpeg(LONGEST_SIDE, LONGEST_SIDE, noise=True)))) <= LARGEST_KEPT


def test_a_photo_taken_upright_stands_upright():
    picture = small(jpeg(400, 300, orientation=TURNED_RIGHT))
    assert picture.size == (300, 400)
    top, bottom = picture.getpixel((150, 20)), picture.getpixel((150, 380))
    assert top[0] > 200 > bottom[0]  # what was on the left is now on top: red
    assert bottom[2] > 200


def test_place_camera_and_orientation_are_gone():
    picture = small(jpeg(orientation=TURNED_RIGHT))
    assert not picture.getexif()
    assert "exif" not in picture.info
    assert b"Telephone" not in reduced(io.BytesIO(jpeg()))


def test_what_a_png_says_beside_its_pixels_is_gone():
    from PIL.PngImagePlugin import PngInfo

    words, file = PngInfo(), io.BytesIO()
    words.add_text("comment", "secret")
    Image.new("RGB", (40, 30)).save(file, "PNG", pnginfo=words)
    assert b"secret" not in reduced(io.BytesIO(file.getvalue()))


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "1", "LA"])
def test_every_kind_of_png_becomes_a_jpeg(mode: str):
    assert small(as_png(mode)).format == "JPEG"


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"GIF89a", b"%PDF-1.7", b"<svg/>"])
def test_what_is_no_photo_is_refused(content: bytes):
    with pytest.raises(PhotoRefused):
        reduced(io.BytesIO(content))


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_unpacked():
    file = io.BytesIO()
    Image.new("1", (8000, 8000)).save(file, "PNG")
    with pytest.raises(PhotoRefused, match=r"pixels|像素"):
        reduced(io.BytesIO(file.getvalue()))


@given(st.sampled_from([jpeg(), as_png()]), st.integers(0, 2000), st.binary(max_size=40), st.booleans())
def test_a_damaged_file_is_read_as_far_as_it_goes_or_refused(content, at, damage, cut):
    at %= len(content)
    damaged = content[:at] + damage + (b"" if cut else content[at + len(damage) :])
    try:
        assert reduced(io.BytesIO(damaged))
    except PhotoRefused as refusal:
        assert str(refusal)


def test_the_same_file_of_one_form_is_the_same_photo_and_another_file_is_another():
    form = uuid4()
    one, same, other = (SimpleUploadedFile("a.jpg", content) for content in (b"1" * 10, b"1" * 10, b"2" * 10))
    assert uuid_of(one, form) == uuid_of(same, form)
    assert uuid_of(one, form) != uuid_of(other, form)
    assert uuid_of(one, form) != uuid_of(one, uuid4())
    assert one.read() == b"1" * 10


@pytest.fixture
def upload():
    return SimpleUploadedFile("photo.jpg", jpeg(), "image/jpeg")


def test_a_photo_sent_twice_is_kept_once(cast: Cast, upload):
    uuid = uuid4()
    first = keep(upload, uuid, by=cast.leader, area=cast.group)
    upload.seek(0)
    assert keep(upload, uuid, by=cast.leader, area=cast.group) == first
    assert Photo.objects.count() == 1


def test_a_photo_sent_twice_at_the_same_moment_is_kept_once(cast: Cast, upload, monkeypatch):
    uuid = uuid4()

    def meanwhile(file):
        monkeypatch.undo()
        keep(SimpleUploadedFile("photo.jpg", jpeg()), uuid, by=cast.leader, area=cast.group)
        return reduced(file)

    monkeypatch.setattr(photos, "reduced", meanwhile)
    kept = keep(upload, uuid, by=cast.leader, area=cast.group)
    assert kept == Photo.objects.get()
    assert kept.file.read()


def test_a_file_of_more_than_twenty_megabytes_is_refused_unread(cast: Cast, upload):
    upload.size = 20 * 1024 * 1024 + 1
    with pytest.raises(PhotoRefused):
        keep(upload, uuid4(), by=cast.leader, area=cast.group)


def test_a_photo_is_shown_where_it_was_taken_and_nowhere_else(client, cast: Cast, upload):
    photo = keep(upload, uuid4(), by=cast.leader, area=cast.group)
    for user, status in [(cast.leader, 200), (cast.officer, 200), (cast.other_leader, 404), (cast.stranger, 404)]:
        client.force_login(user)
        assert client.get(f"/photos/{photo.uuid}/").status_code == status, user
