//! The few numbers of a parquet page header that decide how much memory the page will take.
//!
//! The `parquet` crate reads page headers itself but shows no one their sizes before it acts on them; this reads the same bytes first.
//! A page header is a struct in Thrift's compact protocol: a byte for a field's type and its id's step, varints, a stop byte.
//! Where a header could be read in two ways (a field twice, a size of another type) it is a fault.

/// What a page header says about its page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PageHeader {
    /// Bytes of the header itself.
    pub(super) len: u64,
    pub(super) kind: Kind,
    pub(super) uncompressed: u64,
    pub(super) compressed: u64,
    /// Bytes of levels that stand uncompressed before the data of a v2 page.
    pub(super) levels: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Data,
    Index,
    Dictionary,
    DataV2,
}

/// Why a header was not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The bytes end before the header does.
    Short,
    Bad,
}

type Read<T> = Result<T, Fault>;

const I32: u8 = 5;
const STRUCT: u8 = 12;
/// Structs and lists within each other.
const DEEPEST: u32 = 16;

/// Reads the header at the front of `bytes`.
pub(super) fn parse(bytes: &[u8]) -> Read<PageHeader> {
    let mut thrift = Thrift { bytes, at: 0 };
    let mut levels = None;
    let found = thrift.numbers([1, 2, 3], |thrift, id, kind| match (id, kind) {
        (8, STRUCT) if levels.is_none() => {
            levels = Some(thrift.numbers([5, 6], |thrift, _, kind| thrift.skip(kind, 1))?);
            Ok(())
        }
        (8, _) => Err(Fault::Bad),
        _ => thrift.skip(kind, 0),
    })?;
    let [Some(kind), Some(uncompressed), Some(compressed)] = found else { return Err(Fault::Bad) };
    let kind = match kind {
        0 => Kind::Data,
        1 => Kind::Index,
        2 => Kind::Dictionary,
        3 => Kind::DataV2,
        _ => return Err(Fault::Bad),
    };
    let levels = match (kind, levels) {
        (Kind::DataV2, Some([Some(definition), Some(repetition)])) => definition + repetition,
        (Kind::DataV2, _) => return Err(Fault::Bad),
        _ => 0,
    };
    Ok(PageHeader { len: thrift.at as u64, kind, uncompressed, compressed, levels })
}

/// An unsigned LEB128 number at the front of `bytes`, and the bytes behind it.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut thrift = Thrift { bytes, at: 0 };
    let number = thrift.varint().ok()?;
    Some((number, &bytes[thrift.at..]))
}

struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Thrift<'_> {
    fn byte(&mut self) -> Read<u8> {
        let byte = *self.bytes.get(self.at).ok_or(Fault::Short)?;
        self.at += 1;
        Ok(byte)
    }

    fn varint(&mut self) -> Read<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Fault::Bad)
    }

    fn zigzag(&mut self) -> Read<i64> {
        let number = self.varint()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// Type of the next field and the step to its id, where the step is short; `None` at the end of the struct.
    fn field(&mut self) -> Read<Option<(u8, Option<i64>)>> {
        let byte = self.byte()?;
        let step = i64::from(byte >> 4);
        Ok((byte != 0).then_some((byte & 0x0f, (step != 0).then_some(step))))
    }

    /// Reads a struct: the 32-bit numbers with these ids, each at most once and not negative; `other` takes every other field.
    fn numbers<const N: usize>(
        &mut self,
        ids: [i64; N],
        mut other: impl FnMut(&mut Self, i64, u8) -> Read<()>,
    ) -> Read<[Option<u64>; N]> {
        let mut found = [None; N];
        let mut id = 0i64;
        while let Some((kind, step)) = self.field()? {
            id = match step {
                Some(step) => id.checked_add(step).ok_or(Fault::Bad)?,
                None => self.zigzag()?,
            };
            let Some(slot) = ids.iter().position(|wanted| *wanted == id).map(|at| &mut found[at]) else {
                other(self, id, kind)?;
                continue;
            };
            if kind != I32 || slot.is_some() {
                return Err(Fault::Bad);
            }
            let number = i32::try_from(self.zigzag()?).ok().and_then(|n| u64::try_from(n).ok());
            *slot = Some(number.ok_or(Fault::Bad)?);
        }
        Ok(found)
    }

    fn skip_bytes(&mut self, n: u64) -> Read<()> {
        let left = (self.bytes.len() - self.at) as u64;
        if n > left {
            return Err(Fault::Short);
        }
        self.at += n as usize;
        Ok(())
    }

    fn skip(&mut self, kind: u8, depth: u32) -> Read<()> {
        if depth > DEEPEST {
            return Err(Fault::Bad);
        }
        match kind {
            1 | 2 => Ok(()),
            3 => self.skip_bytes(1),
            4..=6 => self.varint().map(drop),
            7 => self.skip_bytes(8),
            8 => self.varint().and_then(|n| self.skip_bytes(n)),
            9 | 10 => self.skip_list(depth),
            STRUCT => self.skip_struct(depth),
            _ => Err(Fault::Bad),
        }
    }

    fn skip_list(&mut self, depth: u32) -> Read<()> {
        let byte = self.byte()?;
        let size = if byte >> 4 == 15 { self.varint()? } else { u64::from(byte >> 4) };
        for _ in 0..size {
            match byte & 0x0f {
                // In a list a boolean takes a byte.
                1 | 2 => self.skip_bytes(1)?,
                kind => self.skip(kind, depth + 1)?,
            }
        }
        Ok(())
    }

    fn skip_struct(&mut self, depth: u32) -> Read<()> {
        while let Some((kind, step)) = self.field()? {
            if step.is_none() {
                self.zigzag()?;
            }
            self.skip(kind, depth + 1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// type DATA_PAGE, 300 bytes uncompressed, 100 compressed, and a data page header with one value.
    const HEADER: &[u8] = &[0x15, 0, 0x15, 0xd8, 0x04, 0x15, 0xc8, 0x01, 0x2c, 0x15, 2, 0x15, 0, 0, 0];

    #[test]
    fn sizes_are_read_and_the_rest_is_stepped_over() {
        let header = parse(HEADER).unwrap();
        assert_eq!(
            header,
            PageHeader { len: HEADER.len() as u64, kind: Kind::Data, uncompressed: 300, compressed: 100, levels: 0 }
        );
    }

    #[test]
    fn every_cut_is_short_and_never_a_header() {
        for len in 0..HEADER.len() {
            assert_eq!(parse(&HEADER[..len]), Err(Fault::Short), "{len}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_bad() {
        // The uncompressed size twice (by a long id), as an i64, and negative.
        assert_eq!(parse(&[0x15, 0, 0x15, 2, 0x05, 4, 4, 0x15, 2, 0]), Err(Fault::Bad));
        assert_eq!(parse(&[0x15, 0, 0x16, 2, 0x15, 2, 0]), Err(Fault::Bad));
        assert_eq!(parse(&[0x15, 0, 0x15, 1, 0x15, 2, 0]), Err(Fault::Bad));
    }
}
