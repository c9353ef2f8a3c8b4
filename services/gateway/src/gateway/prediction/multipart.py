"""The one file of a multipart request, spooled: small ones in memory, others on the disk."""

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import BinaryIO

from starlette.datastructures import UploadFile
from starlette.requests import Request

from vignette_shared.errors import (
    NotAnImage,
    StorageFull,
    TooLarge,
    UnsupportedMediaType,
    ValidationFailed,
)


@asynccontextmanager
async def one_file(request: Request, limit: int) -> AsyncIterator[BinaryIO]:
    """Give the part `file` of a multipart request, at its start; it is gone afterwards.

    Args:
        limit: bytes of the file.

    Raises:
        UnsupportedMediaType: the body is no multipart form.
        ValidationFailed: there is no such part.
        NotAnImage: it is empty.
        TooLarge: it is larger than `limit`.
        StorageFull: the disk for temporary files is full.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise UnsupportedMediaType("Send the picture as multipart/form-data, in the field `file`.")
    try:
        form = await request.form(max_files=1, max_fields=10)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StorageFull("The disk for files on their way is full; try again later.") from error
    try:
        yield _checked(form.get("file"), limit)
    finally:
        await form.close()


def _checked(part: UploadFile | str | None, limit: int) -> BinaryIO:
    if not isinstance(part, UploadFile):
        missing = {"field": "file", "message": "a multipart part of this name with a file is needed"}
        raise ValidationFailed("Send the picture as the multipart field `file`.", errors=[missing])
    if not part.size:
        raise NotAnImage("The file is empty.")
    if part.size > limit:
        raise TooLarge(f"The file is larger than {limit} bytes, the most that is taken.")
    return part.file
