"""Read XMP sidecars of exiftool, Lightroom, digiKam, darktable and Immich."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from vignette.files import MIB
from vignette.importers.details import Details, SidecarError

MAX_SIDECAR = 16 * MIB
"""Bytes. The develop settings of a heavily edited photo reach a few megabytes."""

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
EXIF = "{http://ns.adobe.com/exif/1.0/}"
PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
LIGHTROOM = "{http://ns.adobe.com/lightroom/1.0/}"
DIGIKAM = "{http://www.digikam.org/ns/1.0/}"
MICROSOFT = "{http://ns.microsoft.com/photo/1.0/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_DATES = (f"{PHOTOSHOP}DateCreated", f"{EXIF}DateTimeOriginal", f"{XMP}CreateDate")


def parse_xmp(data: bytes) -> Details:
    """Parse a sidecar.

    Raises:
        SidecarError: not XMP, too large, or XML that declares entities.
    """
    if len(data) > MAX_SIDECAR:
        raise SidecarError(f"larger than {MAX_SIDECAR // MIB} MiB")
    try:
        # Entities could expand without bound or read local files; XMP needs no DTD.
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise SidecarError("the XML declares entities or a document type, which XMP never does") from error
    except (ParseError, ValueError, LookupError) as error:
        raise SidecarError(f"the sidecar is not well-formed XML ({error})") from error
    properties: dict[str, list[str]] = {}
    for description in root.iter(f"{RDF}Description"):
        for name, value in _properties(description):
            properties.setdefault(name, []).extend(value)
    if not properties and root.find(f".//{RDF}RDF") is None and root.tag != f"{RDF}RDF":
        raise SidecarError("the sidecar is not XMP")
    return _details(properties)


def _details(properties: dict[str, list[str]]) -> Details:
    def first(name: str) -> str:
        return next((value for value in properties.get(name, []) if value), "")

    paths = [
        path.replace("/", "|") if name.startswith(DIGIKAM) else path
        for name in (f"{LIGHTROOM}hierarchicalSubject", f"{DIGIKAM}TagsList", f"{MICROSOFT}LastKeywordXMP")
        for path in properties.get(name, [])
    ]
    # "Places|Europe|Rome": the last part is the keyword, which not all programs repeat in dc:subject.
    leaves = [path.replace("/", "|").rsplit("|", 1)[-1] for path in paths]
    keywords = dict.fromkeys(word.strip() for word in properties.get(f"{DC}subject", []) + leaves)
    keywords.pop("", None)
    return Details(
        title=first(f"{DC}title"),
        description=first(f"{DC}description"),
        keywords=tuple(keywords),
        dated=any(first(name) for name in _DATES),
        placed=bool(first(f"{EXIF}GPSLatitude")),
        rated=first(f"{XMP}Rating") not in ("", "0"),
    )


def _properties(description: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield properties in both notations of XMP: attributes, and elements with or without a list."""
    for name, value in description.attrib.items():
        if not name.startswith(RDF):
            yield name, [value.strip()]
    for element in description:
        items = element.findall(f"./*/{RDF}li")
        if not items:
            yield element.tag, [(element.text or "").strip()]
            continue
        # In a language alternative, "x-default" has precedence over its position.
        items.sort(key=lambda item: item.get(LANG, "x-default") != "x-default")
        yield element.tag, [("".join(item.itertext())).strip() for item in items]
