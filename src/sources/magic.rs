//! What binary files look like in their first bytes, so that they are refused by name and not line by line.

/// A sort of file that holds no lines of UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Gzip,
    Zstd,
    Parquet,
    Utf32,
    Utf16,
    Zip,
    Tar,
    SevenZip,
    Bzip2,
    Xz,
    Rar,
    Sqlite,
    Png,
    Jpeg,
    Gif,
    Webp,
    Pdf,
    Elf,
    Arrow,
    Hdf5,
    NumPy,
}

/// Offset, bytes, kind. The order matters once: the mark of UTF-32 begins with that of UTF-16.
const MAGICS: &[(usize, &[u8], Kind)] = &[
    (0, b"\x1f\x8b", Kind::Gzip),
    (0, b"\x28\xb5\x2f\xfd", Kind::Zstd),
    (0, b"PAR1", Kind::Parquet),
    (0, b"\xff\xfe\0\0", Kind::Utf32),
    (0, b"\0\0\xfe\xff", Kind::Utf32),
    (0, b"\xff\xfe", Kind::Utf16),
    (0, b"\xfe\xff", Kind::Utf16),
    (0, b"PK\x03\x04", Kind::Zip),
    (0, b"PK\x05\x06", Kind::Zip),
    (257, b"ustar", Kind::Tar),
    (0, b"7z\xbc\xaf\x27\x1c", Kind::SevenZip),
    (0, b"BZh", Kind::Bzip2),
    (0, b"\xfd7zXZ\0", Kind::Xz),
    (0, b"Rar!\x1a\x07", Kind::Rar),
    (0, b"SQLite format 3\0", Kind::Sqlite),
    (0, b"\x89PNG\r\n\x1a\n", Kind::Png),
    (0, b"\xff\xd8\xff", Kind::Jpeg),
    (0, b"GIF87a", Kind::Gif),
    (0, b"GIF89a", Kind::Gif),
    (8, b"WEBP", Kind::Webp),
    (0, b"%PDF-", Kind::Pdf),
    (0, b"\x7fELF", Kind::Elf),
    (0, b"ARROW1\0\0", Kind::Arrow),
    (0, b"\x89HDF\r\n\x1a\n", Kind::Hdf5),
    (0, b"\x93NUMPY", Kind::NumPy),
];

/// Bytes to look at so that every magic can be seen.
pub(super) const PREFIX: usize = 512;

/// The sort of binary file that begins with `prefix`; `None` when it may be text.
pub(super) fn kind(prefix: &[u8]) -> Option<Kind> {
    let found = MAGICS.iter().find(|(at, bytes, _)| prefix.get(*at..).is_some_and(|rest| rest.starts_with(bytes)));
    found.map(|(_, _, kind)| *kind).filter(|kind| confirmed(*kind, prefix))
}

/// Short magics of printable letters need a second look: a prompt may begin with them.
fn confirmed(kind: Kind, prefix: &[u8]) -> bool {
    match kind {
        Kind::Bzip2 => prefix.get(4..10) == Some(b"\x31\x41\x59\x26\x53\x59".as_slice()),
        Kind::Webp => prefix.starts_with(b"RIFF"),
        Kind::Parquet | Kind::Gif => std::str::from_utf8(prefix).is_err() || prefix.contains(&0),
        _ => true,
    }
}

/// Whether a file that begins with `prefix` (512 bytes, or all of a shorter one) is an image: PNG, JPEG, GIF or WebP.
pub fn is_image(prefix: &[u8]) -> bool {
    matches!(kind(prefix), Some(Kind::Png | Kind::Jpeg | Kind::Gif | Kind::Webp))
}

impl Kind {
    /// With its article, for "this is …".
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Gzip => "gzip data",
            Kind::Zstd => "zstd data",
            Kind::Parquet => "a parquet file",
            Kind::Utf32 => "UTF-32 text",
            Kind::Utf16 => "UTF-16 text",
            Kind::Zip => "a zip archive",
            Kind::Tar => "a tar archive",
            Kind::SevenZip => "a 7z archive",
            Kind::Bzip2 => "bzip2 data",
            Kind::Xz => "xz data",
            Kind::Rar => "a rar archive",
            Kind::Sqlite => "an SQLite database",
            Kind::Png => "a PNG image",
            Kind::Jpeg => "a JPEG image",
            Kind::Gif => "a GIF image",
            Kind::Webp => "a WebP image",
            Kind::Pdf => "a PDF document",
            Kind::Elf => "an ELF program",
            Kind::Arrow => "an Arrow file",
            Kind::Hdf5 => "an HDF5 file",
            Kind::NumPy => "a NumPy array",
        }
    }

    /// What to do instead.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Kind::Utf16 => "convert it first: iconv -f UTF-16 -t UTF-8 FILE > OUT",
            Kind::Utf32 => "convert it first: iconv -f UTF-32 -t UTF-8 FILE > OUT",
            Kind::Zip | Kind::Tar | Kind::SevenZip | Kind::Rar => "unpack it first and import the files in it",
            Kind::Bzip2 | Kind::Xz | Kind::Gzip | Kind::Zstd => {
                "decompress it first; .gz and .zst are read as they are, once compressed"
            }
            Kind::Png | Kind::Jpeg | Kind::Gif | Kind::Webp => "import the folder of images, with its metadata or captions",
            _ => "tamis reads txt, jsonl, csv, tsv, parquet and image folders",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_magic_is_recognised_as_itself() {
        for (at, bytes, expected) in MAGICS {
            let mut file = vec![b' '; *at];
            file.extend_from_slice(bytes);
            match expected {
                Kind::Bzip2 => file.extend_from_slice(b"9\x31\x41\x59\x26\x53\x59"),
                Kind::Webp => file[..4].copy_from_slice(b"RIFF"),
                Kind::Parquet | Kind::Gif => file.extend_from_slice(b"\x15\0\x15"),
                _ => {}
            }
            assert_eq!(kind(&file), Some(*expected), "{}", expected.name());
        }
    }

    #[test]
    fn prompts_that_begin_like_a_magic_are_text() {
        for text in ["PAR1 of the city", "BZh", "RIFF and WEBP", "GIF89a, lossy", "a cat", ""] {
            assert_eq!(kind(text.as_bytes()), None, "{text}");
        }
    }
}
