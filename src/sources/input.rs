//! The bytes of a source: read once, hashed as they lie on disk, decompressed under a cap, counted for progress and cancel.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::magic::{self, Kind};
use crate::display::hex;
use crate::error::{Error, Result};
use crate::progress::Progress;

/// A stream may not become more than this many times its size …
pub(super) const RATIO_LIMIT: u64 = 1000;
/// … once it has given this many bytes.
const RATIO_FREE: u64 = 1 << 20;

const CHUNK: usize = 1 << 16;

pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A source's bytes after decompression, without a leading byte order mark.
pub(super) struct Input {
    stream: Stream,
    /// The first bytes of the content, which are given out again by `fill`.
    prefix: Vec<u8>,
    given: usize,
    /// Bytes of content so far.
    out: u64,
    /// Bytes of the file that progress knows of.
    reported: u64,
    progress: Progress,
}

type Boxed = BufReader<Tap>;

enum Stream {
    Plain(Boxed),
    Gzip(Box<MultiGzDecoder<Boxed>>),
    Zstd(Box<zstd::Decoder<'static, Boxed>>),
}

impl Input {
    /// Opens a file.
    pub(super) fn open(path: &Path, progress: &Progress) -> Result<Self> {
        let file = File::open(path).map_err(|e| Error::file(path, e))?;
        let meta = file.metadata().map_err(|e| Error::file(path, e))?;
        if meta.is_dir() {
            return Err(Error::usage(format!("{} is a folder", path.display()))
                .hint("say --format imagefolder or captions, or name a file in it"));
        }
        Self::new(Box::new(file), meta.len(), progress)
    }

    /// Begins to read; `size` is the number of bytes to come, 0 when unknown.
    pub(super) fn new(reader: Box<dyn Read>, size: u64, progress: &Progress) -> Result<Self> {
        progress.stage("reading", "bytes", size)?;
        let mut tap = Tap { reader, hash: Sha256::new(), bytes: 0, replay: Cursor::default() };
        let stream = match magic::kind(tap.peek()?) {
            Some(Kind::Gzip) => Stream::Gzip(Box::new(MultiGzDecoder::new(buffered(tap)))),
            Some(Kind::Zstd) => Stream::Zstd(Box::new(zstd::Decoder::with_buffer(buffered(tap))?)),
            _ => Stream::Plain(buffered(tap)),
        };
        let mut input = Input { stream, prefix: Vec::new(), given: 0, out: 0, reported: 0, progress: progress.clone() };
        input.read_prefix()?;
        Ok(input)
    }

    /// The first bytes of the content (at most [`magic::PREFIX`]).
    pub(super) fn prefix(&self) -> &[u8] {
        &self.prefix[self.given.min(self.prefix.len())..]
    }

    fn read_prefix(&mut self) -> Result<()> {
        let mut buf = [0; magic::PREFIX];
        let mut len = 0;
        while len < buf.len() {
            match self.pull(&mut buf[len..])? {
                0 => break,
                n => len += n,
            }
        }
        self.prefix = buf[..len].to_vec();
        self.given = if self.prefix.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Ok(())
    }

    /// Reads on; 0 is the end. Fails when cancelled.
    pub(super) fn fill(&mut self, buf: &mut [u8]) -> Result<usize> {
        let waiting = self.prefix();
        if !waiting.is_empty() {
            let n = waiting.len().min(buf.len());
            buf[..n].copy_from_slice(&waiting[..n]);
            self.given += n;
            return Ok(n);
        }
        self.pull(buf)
    }

    fn pull(&mut self, buf: &mut [u8]) -> Result<usize> {
        let n = match &mut self.stream {
            Stream::Plain(r) => r.read(buf).map_err(Error::from)?,
            Stream::Gzip(r) => r.read(buf).map_err(|e| broken("gzip", self.out, e))?,
            Stream::Zstd(r) => r.read(buf).map_err(|e| broken("zstd", self.out, e))?,
        };
        self.out += n as u64;
        self.report()?;
        self.check_ratio()?;
        Ok(n)
    }

    fn report(&mut self) -> Result<()> {
        let bytes = self.tap().bytes;
        let new = bytes - self.reported;
        self.reported = bytes;
        self.progress.add(new)
    }

    fn check_ratio(&mut self) -> Result<()> {
        let (read, out) = (self.tap().bytes, self.out);
        if out <= RATIO_FREE || out / RATIO_LIMIT <= read {
            return Ok(());
        }
        Err(Error::refused(format!("the compressed data grows more than {RATIO_LIMIT}:1 ({read} bytes became {out} so far)"))
            .hint("if you trust it, decompress it yourself and import the result"))
    }

    fn tap(&mut self) -> &mut Tap {
        match &mut self.stream {
            Stream::Plain(r) => r.get_mut(),
            Stream::Gzip(r) => r.get_mut().get_mut(),
            Stream::Zstd(r) => r.get_mut().get_mut(),
        }
    }

    /// The SHA-256 of all bytes of the file, lower-case hex.
    pub(super) fn finish(mut self) -> Result<String> {
        let mut rest = [0; 1 << 12];
        while self.tap().read(&mut rest)? > 0 {
            self.report()?;
        }
        Ok(hex(&self.tap().hash.clone().finalize()))
    }
}

fn buffered(tap: Tap) -> Boxed {
    BufReader::with_capacity(CHUNK, tap)
}

fn broken(what: &str, after: u64, error: std::io::Error) -> Error {
    Error::refused(format!("the {what} data is damaged or cut off after {after} bytes of content")).caused_by(error)
}

/// Hashes and counts what is read from the file itself.
struct Tap {
    reader: Box<dyn Read>,
    hash: Sha256,
    bytes: u64,
    /// What was looked at and is still to be read.
    replay: Cursor<Vec<u8>>,
}

impl Tap {
    /// The first bytes, which will be read again.
    fn peek(&mut self) -> std::io::Result<&[u8]> {
        let mut first = Vec::new();
        Read::by_ref(&mut self.reader).take(magic::PREFIX as u64).read_to_end(&mut first)?;
        self.replay = Cursor::new(first);
        Ok(self.replay.get_ref())
    }
}

impl Read for Tap {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = match self.replay.read(buf)? {
            0 => self.reader.read(buf)?,
            n => n,
        };
        self.hash.update(&buf[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
}
