//! Physical lines under a cap: a line of any length takes at most a megabyte or two of memory.
//!
//! A line ends at LF or CRLF, and at the end of the file. A CR elsewhere is part of the line, as is a CR before the end of the file.

use std::collections::VecDeque;

use memchr::memchr;

use super::RECORD_LIMIT;
use super::input::Input;
use crate::error::Result;

/// Room for the longest line with its CRLF, and a good read behind it.
const BUFFER: usize = RECORD_LIMIT + 2 + (1 << 18);

/// Reads lines off an [`Input`].
pub(super) struct Lines {
    input: Input,
    buf: Vec<u8>,
    start: usize,
    end: usize,
    number: u64,
}

/// One physical line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// 1-based.
    pub(super) number: u64,
    /// Without the line end; empty when the line is over the limit.
    pub(super) bytes: &'a [u8],
    /// `\n`, `\r\n`, or empty at the end of the file.
    pub(super) ending: &'static [u8],
    /// Length of the line without its end, also when it is over the limit.
    pub(super) size: u64,
}

impl<'a> Line<'a> {
    /// Takes the line end off.
    fn new(number: u64, whole: &'a [u8]) -> Self {
        let ending = line_end(whole);
        let bytes = &whole[..whole.len() - ending.len()];
        let size = bytes.len() as u64;
        Line { number, bytes: if bytes.len() > RECORD_LIMIT { b"" } else { bytes }, ending, size }
    }

    /// The text of the line, or why it has none.
    pub(super) fn text(&self) -> Result<&'a str, String> {
        if self.is_oversize() {
            return Err(oversize(self.size));
        }
        std::str::from_utf8(self.bytes).map_err(|e| bad_utf8(e.valid_up_to()))
    }

    pub(super) fn is_oversize(&self) -> bool {
        self.size > RECORD_LIMIT as u64
    }
}

/// The reason for a record over the limit.
pub(super) fn oversize(size: u64) -> String {
    format!("record over 1 MiB ({size} bytes)")
}

/// The reason for bytes that are not UTF-8; `offset` is 0-based.
pub(super) fn bad_utf8(offset: usize) -> String {
    format!("invalid UTF-8 at byte offset {offset}")
}

/// Where a line lies.
enum Place {
    /// `buf[from..to]` with its line end.
    Buffered { from: usize, to: usize },
    /// Read past; the bytes with the line end, and the line end.
    Skipped { bytes: u64, ending: &'static [u8] },
}

impl Lines {
    pub(super) fn new(input: Input) -> Self {
        Lines { input, buf: vec![0; BUFFER], start: 0, end: 0, number: 0 }
    }

    /// The next line; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>> {
        let Some(place) = self.locate()? else { return Ok(None) };
        self.number += 1;
        let number = self.number;
        Ok(Some(match place {
            Place::Skipped { bytes, ending } => Line { number, bytes: b"", ending, size: bytes - ending.len() as u64 },
            Place::Buffered { from, to } => Line::new(number, &self.buf[from..to]),
        }))
    }

    fn locate(&mut self) -> Result<Option<Place>> {
        let mut scanned = 0;
        loop {
            let from = self.start;
            if let Some(at) = memchr(b'\n', &self.buf[from + scanned..self.end]) {
                let to = from + scanned + at + 1;
                self.start = to;
                return Ok(Some(Place::Buffered { from, to }));
            }
            scanned = self.end - from;
            if scanned > RECORD_LIMIT + 1 {
                return self.skip().map(Some);
            }
            if self.refill()? == 0 {
                let (from, to) = (self.start, self.end);
                self.start = to;
                return Ok((from < to).then_some(Place::Buffered { from, to }));
            }
        }
    }

    /// Moves what is left to the front and reads behind it.
    fn refill(&mut self) -> Result<usize> {
        self.buf.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let n = self.input.fill(&mut self.buf[self.end..])?;
        self.end += n;
        Ok(n)
    }

    /// Reads past a line that is over the limit; only its last two bytes and its length matter.
    fn skip(&mut self) -> Result<Place> {
        let mut bytes = 0;
        let mut last = 0;
        loop {
            let part = &self.buf[self.start..self.end];
            let stop = memchr(b'\n', part);
            let taken = stop.map_or(part.len(), |at| at + 1);
            let before = if taken >= 2 && stop.is_some() { part[taken - 2] } else { last };
            bytes += taken as u64;
            last = part.last().copied().unwrap_or(last);
            self.start += taken;
            if stop.is_some() {
                return Ok(Place::Skipped { bytes, ending: if before == b'\r' { b"\r\n" } else { b"\n" } });
            }
            if self.refill()? == 0 {
                return Ok(Place::Skipped { bytes, ending: b"" });
            }
        }
    }

    /// The digest of the file; reads what is left of it.
    pub(super) fn finish(self) -> Result<String> {
        self.input.finish()
    }
}

fn line_end(line: &[u8]) -> &'static [u8] {
    if line.ends_with(b"\r\n") {
        b"\r\n"
    } else if line.ends_with(b"\n") {
        b"\n"
    } else {
        b""
    }
}

/// Lines kept for another reading, in hardly more than their own bytes however short they are.
#[derive(Default)]
pub(super) struct Held {
    runs: VecDeque<Run>,
}

enum Run {
    /// Whole lines with their ends, of which those before `at` were read.
    Lines { bytes: Vec<u8>, at: usize, number: u64 },
    /// A line whose bytes were over the limit.
    Oversize { number: u64, ending: &'static [u8], size: u64 },
}

impl Held {
    pub(super) fn push(&mut self, line: &Line<'_>) {
        if line.is_oversize() {
            self.runs.push_back(Run::Oversize { number: line.number, ending: line.ending, size: line.size });
            return;
        }
        if !matches!(self.runs.back(), Some(Run::Lines { .. })) {
            self.runs.push_back(Run::Lines { bytes: Vec::new(), at: 0, number: line.number });
        }
        if let Some(Run::Lines { bytes, .. }) = self.runs.back_mut() {
            bytes.extend_from_slice(line.bytes);
            bytes.extend_from_slice(line.ending);
        }
    }

    /// Takes the first line out; `at` and the number of its run move on.
    fn next(&mut self) -> Option<Line<'_>> {
        if matches!(self.runs.front(), Some(Run::Lines { bytes, at, .. }) if *at == bytes.len()) {
            self.runs.pop_front();
        }
        if let Some(Run::Oversize { number, ending, size }) = self.runs.front() {
            let line = Line { number: *number, bytes: b"", ending, size: *size };
            self.runs.pop_front();
            return Some(line);
        }
        let Some(Run::Lines { bytes, at, number }) = self.runs.front_mut() else { return None };
        let from = *at;
        *at = memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |stop| from + stop + 1);
        *number += 1;
        Some(Line::new(*number - 1, &bytes[from..*at]))
    }

    /// Takes out the lines up to and with `number`.
    pub(super) fn drop_through(&mut self, number: u64) {
        while self.first().is_some_and(|first| first <= number) {
            self.next();
        }
    }

    fn first(&self) -> Option<u64> {
        self.runs.iter().find_map(|run| match run {
            Run::Lines { bytes, at, .. } if *at == bytes.len() => None,
            Run::Lines { number, .. } | Run::Oversize { number, .. } => Some(*number),
        })
    }
}

/// Lines that can be given back, to be read again.
pub(super) struct Replay {
    lines: Lines,
    waiting: Held,
}

impl Replay {
    pub(super) fn new(lines: Lines) -> Self {
        Replay { lines, waiting: Held::default() }
    }

    /// The next line: one that was given back, or a new one.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>> {
        if self.waiting.first().is_some() {
            return Ok(self.waiting.next());
        }
        self.waiting.runs.clear();
        self.lines.next()
    }

    /// Puts `held` before everything that is still to come.
    pub(super) fn give_back(&mut self, held: Held) {
        for run in held.runs.into_iter().rev() {
            self.waiting.runs.push_front(run);
        }
    }

    pub(super) fn into_lines(self) -> Lines {
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Progress;

    fn lines(bytes: &[u8]) -> Vec<(u64, Vec<u8>, &'static [u8], u64)> {
        let input = Input::new(Box::new(std::io::Cursor::new(bytes.to_vec())), 0, &Progress::none()).unwrap();
        let mut lines = Lines::new(input);
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push((line.number, line.bytes.to_vec(), line.ending, line.size));
        }
        all
    }

    #[test]
    fn lf_and_crlf_end_a_line_and_a_lone_cr_does_not() {
        let got = lines(b"\xef\xbb\xbfa\r\nb\rc\n\n\xef\xbb\xbfd\r");
        let expected: Vec<(u64, Vec<u8>, &[u8], u64)> = vec![
            (1, b"a".to_vec(), b"\r\n", 1),
            (2, b"b\rc".to_vec(), b"\n", 3),
            (3, b"".to_vec(), b"\n", 0),
            (4, b"\xef\xbb\xbfd\r".to_vec(), b"", 5),
        ];
        assert_eq!(got, expected);
    }

    #[test]
    fn the_limit_is_exact_and_sizes_are_too() {
        for over in [0, 1, 2, 3, 300_000, 2_000_000] {
            for ending in [&b"\n"[..], b"\r\n", b""] {
                let size = RECORD_LIMIT + over;
                let mut file = vec![b'x'; size];
                file.extend_from_slice(ending);
                if !ending.is_empty() {
                    file.extend_from_slice(b"next");
                }
                let got = lines(&file);
                assert_eq!((got[0].3, got[0].2), (size as u64, ending), "{over} {ending:?}");
                assert_eq!(got[0].1.len(), if over == 0 { size } else { 0 });
                assert_eq!(got.len(), if ending.is_empty() { 1 } else { 2 });
            }
        }
    }
}
