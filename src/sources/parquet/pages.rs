//! Pages under caps: what the crate would allocate is checked before it does.
//!
//! A file of a kilobyte may claim a page of two gigabytes, or hold a stream that becomes one. So before each page its header is read
//! (see [`super::header`]), its sizes are held against caps and against what the other columns hold, and gzip and zstd are
//! run once into nothing, because the crate lets them grow past the claimed size. Then the crate reads the page, and its counts are
//! held against its bytes, because dictionaries and lengths are allocated by count.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;

use super::header::{self, Fault, Kind, PageHeader};

const DATA_LIMIT: u64 = 128 << 20;
const DICTIONARY_LIMIT: u64 = 32 << 20;
/// Pages of all columns that are held at once.
const HELD_LIMIT: u64 = 512 << 20;
/// Longest header; statistics may hold two values of a column.
const HEADER_LIMIT: u64 = 4 << 20;

/// Bytes of the smallest value in a dictionary: an integer, or the length of a text.
const LEAST_WIDTH: usize = 4;

/// Bytes of pages held, over all columns.
#[derive(Clone, Default)]
pub(super) struct Held(Arc<AtomicU64>);

/// The crate's page reader, with a look ahead.
pub(super) struct Pages {
    inner: Box<dyn PageReader>,
    file: File,
    at: u64,
    end: u64,
    codec: Compression,
    max_definition: i16,
    next: Option<PageHeader>,
    held: Held,
    data: u64,
    dictionary: u64,
}

fn fault<T>(what: impl Into<String>) -> Result<T> {
    Err(ParquetError::General(what.into()))
}

impl Pages {
    /// `inner` must be at the beginning of the chunk that `meta` describes.
    pub(super) fn new(inner: Box<dyn PageReader>, file: &File, meta: &ColumnChunkMetaData, held: Held) -> Result<Self> {
        let start = meta.dictionary_page_offset().unwrap_or(meta.data_page_offset());
        let (Ok(at), Ok(len)) = (u64::try_from(start), u64::try_from(meta.compressed_size())) else {
            return fault("a column lies outside the file");
        };
        let Some(end) = at.checked_add(len).filter(|end| file.metadata().is_ok_and(|m| *end <= m.len())) else {
            return fault("a column lies outside the file");
        };
        let max_definition = meta.column_descr().max_def_level();
        let (codec, file) = (meta.compression(), file.try_clone()?);
        Ok(Pages { inner, file, at, end, codec, max_definition, next: None, held, data: 0, dictionary: 0 })
    }

    /// Reads and checks the header of the next page that holds data.
    fn look(&mut self) -> Result<()> {
        while self.next.is_none() && self.at < self.end {
            let header = self.header()?;
            self.at += header.len;
            if header.compressed > self.end - self.at {
                return fault("a page is longer than its column");
            }
            match header.kind {
                Kind::Index => self.at += header.compressed,
                _ => {
                    self.check(&header)?;
                    self.next = Some(header);
                }
            }
        }
        Ok(())
    }

    fn header(&mut self) -> Result<PageHeader> {
        let mut room = 1 << 10;
        loop {
            let bytes = self.bytes(self.at, room.min(self.end - self.at))?;
            match header::parse(&bytes) {
                Ok(header) => return Ok(header),
                Err(Fault::Short) if room < HEADER_LIMIT && room < self.end - self.at => room *= 16,
                Err(_) => return fault("a page header cannot be read"),
            }
        }
    }

    fn bytes(&mut self, at: u64, len: u64) -> Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(at))?;
        let mut bytes = Vec::with_capacity(len as usize);
        Read::by_ref(&mut self.file).take(len).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn check(&mut self, header: &PageHeader) -> Result<()> {
        let limit = if header.kind == Kind::Dictionary { DICTIONARY_LIMIT } else { DATA_LIMIT };
        if header.uncompressed > limit || header.compressed > limit {
            return fault(format!(
                "a page of {} bytes is over the limit of {} MiB",
                header.uncompressed.max(header.compressed),
                limit >> 20
            ));
        }
        self.hold(header)?;
        match self.codec {
            Compression::UNCOMPRESSED | Compression::SNAPPY => Ok(()),
            Compression::GZIP(_) | Compression::ZSTD(_) => self.check_stream(header),
            other => fault(format!("the compression {other} is not read; write it with snappy, zstd or gzip")),
        }
    }

    /// Counts the page instead of the one it replaces.
    fn hold(&mut self, header: &PageHeader) -> Result<()> {
        let slot = if header.kind == Kind::Dictionary { &mut self.dictionary } else { &mut self.data };
        let before = std::mem::replace(slot, header.uncompressed);
        self.held.0.fetch_sub(before, Ordering::Relaxed);
        if self.held.0.fetch_add(header.uncompressed, Ordering::Relaxed) + header.uncompressed > HELD_LIMIT {
            return fault("the pages of its columns are over 512 MiB together");
        }
        Ok(())
    }

    /// Runs the stream into nothing and fails when it becomes longer than the page may be.
    fn check_stream(&mut self, header: &PageHeader) -> Result<()> {
        let bytes = self.bytes(self.at, header.compressed)?;
        let (Some(stream), Some(room)) = (bytes.get(header.levels as usize..), header.uncompressed.checked_sub(header.levels))
        else {
            return fault("a page is shorter than its levels");
        };
        if grows_past(stream, self.codec, room) { fault("a page becomes longer than it says") } else { Ok(()) }
    }

    /// Holds the counts of a page against its bytes.
    fn check_counts(&self, page: &Page) -> Result<()> {
        if let Page::DictionaryPage { buf, num_values, .. } = page
            && *num_values as usize > buf.len() / LEAST_WIDTH
        {
            return fault("a dictionary says more values than it has bytes");
        }
        match page.encoding() {
            Encoding::DELTA_BYTE_ARRAY => {
                fault("the encoding DELTA_BYTE_ARRAY is not read; write the file with plain or dictionary encoding")
            }
            Encoding::DELTA_LENGTH_BYTE_ARRAY => match lengths(page, self.max_definition) {
                Some(count) if count <= u64::from(page.num_values()) => Ok(()),
                _ => fault("a page says more values than it has"),
            },
            _ => Ok(()),
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.held.0.fetch_sub(self.data + self.dictionary, Ordering::Relaxed);
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.look()?;
        let Some(header) = self.next.take() else { return Ok(None) };
        self.at += header.compressed;
        let Some(page) = self.inner.get_next_page()? else { return fault("a page is missing") };
        if page.buffer().len() as u64 != header.uncompressed {
            return fault("a page has not the length it says");
        }
        self.check_counts(&page)?;
        Ok(Some(page))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.look()?;
        self.inner.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.look()?;
        self.at += self.next.take().map_or(0, |header| header.compressed);
        self.inner.skip_next_page()
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

/// The stream gives more than `limit` bytes. A damaged stream does not; the crate will say so.
fn grows_past(stream: &[u8], codec: Compression, limit: u64) -> bool {
    let count = |reader: &mut dyn Read| std::io::copy(&mut reader.take(limit + 1), &mut std::io::sink()).is_ok_and(|n| n > limit);
    match codec {
        Compression::GZIP(_) => count(&mut flate2::bufread::MultiGzDecoder::new(stream)),
        _ => zstd::Decoder::with_buffer(stream).is_ok_and(|mut reader| count(&mut reader)),
    }
}

/// How many lengths a page of `DELTA_LENGTH_BYTE_ARRAY` says it has.
fn lengths(page: &Page, max_definition: i16) -> Option<u64> {
    let values = match page {
        Page::DataPage { buf, .. } if max_definition == 0 => &buf[..],
        Page::DataPage { buf, def_level_encoding: Encoding::RLE, .. } => {
            let (len, rest) = buf.split_first_chunk::<4>()?;
            rest.get(u32::from_le_bytes(*len) as usize..)?
        }
        Page::DataPageV2 { buf, def_levels_byte_len, rep_levels_byte_len, .. } => {
            buf.get(def_levels_byte_len.checked_add(*rep_levels_byte_len)? as usize..)?
        }
        _ => return None,
    };
    let (_block, rest) = header::varint(values)?;
    let (_mini_blocks, rest) = header::varint(rest)?;
    Some(header::varint(rest)?.0)
}
