"""XMP sidecars of real programs, and malicious ones."""

import pytest

from vignette.importers.details import SidecarError
from vignette.importers.xmp import parse_xmp

NAMESPACES = """xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:lr="http://ns.adobe.com/lightroom/1.0/" xmlns:digiKam="http://www.digikam.org/ns/1.0/" """


def xmp(inside: str, attributes: str = "") -> bytes:
    return (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f"<rdf:RDF {NAMESPACES}><rdf:Description {attributes}>{inside}</rdf:Description></rdf:RDF>"
        f'</x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def items(kind: str, *words: str) -> str:
    return f"<rdf:{kind}>" + "".join(f"<rdf:li>{word}</rdf:li>" for word in words) + f"</rdf:{kind}>"


def test_lists_alternatives_and_elements_are_read() -> None:
    details = parse_xmp(
        xmp(
            '<dc:title><rdf:Alt><rdf:li xml:lang="de">Der See</rdf:li>'
            '<rdf:li xml:lang="x-default">The lake</rdf:li></rdf:Alt></dc:title>'
            f"<dc:description>{items('Alt', 'At noon &amp; hot')}</dc:description>"
            f"<dc:subject>{items('Bag', 'lake', 'Rome')}</dc:subject>"
            f"<lr:hierarchicalSubject>{items('Bag', 'Places|Italy|Rome')}</lr:hierarchicalSubject>"
            f"<digiKam:TagsList>{items('Seq', 'People/Anna', 'lake')}</digiKam:TagsList>"
            "<exif:GPSLatitude>48,8.5N</exif:GPSLatitude>"
        )
    )
    assert (details.title, details.description) == ("The lake", "At noon & hot")
    assert details.keywords == ("lake", "Rome", "Anna")
    assert (details.placed, details.dated, details.rated) == (True, False, False)


def test_attributes_are_read() -> None:
    details = parse_xmp(xmp("", 'xmp:Rating="4" photoshop:DateCreated="2024-05-01T12:00:00"'))
    assert (details.rated, details.dated) == (True, True)


def test_rating_of_zero_is_no_rating() -> None:
    assert not parse_xmp(xmp("", 'xmp:Rating="0"')).rated


def test_empty_sidecar_has_no_metadata() -> None:
    assert parse_xmp(xmp("<dc:title/>")).title == ""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_accepted(encoding: str) -> None:
    text = xmp(f"<dc:subject>{items('Bag', 'Grün')}</dc:subject>").decode()
    assert parse_xmp(text.encode(encoding)).keywords == ("Grün",)


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize("data", [BOMB, OUTSIDE, b'<!DOCTYPE x SYSTEM "http://evil.test/x.dtd"><x/>'])
def test_entities_and_document_types_are_rejected(data: bytes) -> None:
    with pytest.raises(SidecarError, match="declares entities"):
        parse_xmp(data)


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"<x>", b"hello", b"<html></html>", b"\xff\xd8\xff\xe0"])
def test_other_xml_is_rejected(data: bytes) -> None:
    with pytest.raises(SidecarError):
        parse_xmp(data)
