//! Reads a safetensors file from bytes: a header in JSON that names tensors, and their values in one block behind it.
//!
//! The file may come from anywhere, so nothing in the header is believed: every length, offset and shape is checked against the
//! bytes that are really there before anything is allocated, and only a tensor that is asked for is converted.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::error::{Error, Result};

/// A header longer than this is refused; a model of a hundred tensors needs some ten thousand bytes.
const MAX_HEADER: usize = 16 << 20;

/// A file's tensors by name, borrowed from its bytes.
#[derive(Debug)]
pub struct Safetensors<'a> {
    tensors: FxHashMap<String, Tensor<'a>>,
}

#[derive(Debug)]
struct Tensor<'a> {
    kind: Number,
    shape: Vec<usize>,
    bytes: &'a [u8],
}

/// The kinds of number that are read as `f32`.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Number {
    F32,
    F16,
    Bf16,
    /// Integers and the rest: fine to have in a file, not to be asked for.
    Other,
}

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

impl<'a> Safetensors<'a> {
    /// Reads the header of `bytes`. Refuses a header or an offset that reaches beyond the bytes and a shape that does not fit its offsets.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let (header, data) = split_header(bytes)?;
        let entries: FxHashMap<String, serde_json::Value> =
            serde_json::from_slice(header).map_err(|e| broken("its header is not JSON").caused_by(e))?;
        let tensors = entries.into_iter().filter(|(name, _)| name != "__metadata__");
        let tensors = tensors.map(|(name, entry)| Tensor::read(&name, entry, data).map(|tensor| (name, tensor)));
        Ok(Safetensors { tensors: tensors.collect::<Result<_>>()? })
    }

    /// Whether there is a tensor `name`.
    pub fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// The values of tensor `name`, row-major. Refuses when it is missing, has another shape, holds no floats or a value that is not finite.
    pub fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let tensor = self.tensors.get(name).ok_or_else(|| broken(format!("tensor {name} is missing")))?;
        if tensor.shape != shape {
            return Err(broken(format!("tensor {name} has shape {:?}; {shape:?} was expected", tensor.shape)));
        }
        let values = tensor.floats().ok_or_else(|| broken(format!("tensor {name} does not hold floats")))?;
        match values.iter().all(|v| v.is_finite()) {
            true => Ok(values),
            false => Err(broken(format!("tensor {name} holds a value that is not finite"))),
        }
    }
}

impl<'a> Tensor<'a> {
    fn read(name: &str, entry: serde_json::Value, data: &'a [u8]) -> Result<Self> {
        let entry: Entry =
            serde_json::from_value(entry).map_err(|e| broken(format!("the header of tensor {name}")).caused_by(e))?;
        let (start, end) = entry.data_offsets;
        let bytes = data.get(start..end).ok_or_else(|| broken(format!("tensor {name} lies outside the file")))?;
        let (kind, size) = match entry.dtype.as_str() {
            "F32" => (Number::F32, 4),
            "F16" => (Number::F16, 2),
            "BF16" => (Number::Bf16, 2),
            _ => return Ok(Tensor { kind: Number::Other, shape: entry.shape, bytes }),
        };
        let expected = entry.shape.iter().try_fold(size, |product: usize, &n| product.checked_mul(n));
        if expected != Some(bytes.len()) {
            return Err(broken(format!("tensor {name} has shape {:?} but {} bytes", entry.shape, bytes.len())));
        }
        Ok(Tensor { kind, shape: entry.shape, bytes })
    }

    fn floats(&self) -> Option<Vec<f32>> {
        let (words, _) = self.bytes.as_chunks::<4>();
        let (halves, _) = self.bytes.as_chunks::<2>();
        match self.kind {
            Number::F32 => Some(words.iter().map(|&b| f32::from_le_bytes(b)).collect()),
            Number::F16 => Some(halves.iter().map(|&b| from_f16(u16::from_le_bytes(b))).collect()),
            Number::Bf16 => Some(halves.iter().map(|&b| f32::from_bits(u32::from(u16::from_le_bytes(b)) << 16)).collect()),
            Number::Other => None,
        }
    }
}

/// The header and what is behind it.
fn split_header(bytes: &[u8]) -> Result<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(|| broken("it is shorter than 8 bytes"))?;
    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
    if length > MAX_HEADER || length > rest.len() {
        return Err(broken(format!("it announces a header of {length} bytes and has {} bytes in all", bytes.len())));
    }
    Ok(rest.split_at(length))
}

/// IEEE half precision: 1 sign, 5 exponent and 10 mantissa bits.
fn from_f16(half: u16) -> f32 {
    let sign = if half >> 15 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(half >> 10 & 31);
    let mantissa = f32::from(half & 1023) / 1024.0;
    match exponent {
        0 => sign * mantissa * 2f32.powi(-14),
        31 => sign * if mantissa == 0.0 { f32::INFINITY } else { f32::NAN },
        _ => sign * (1.0 + mantissa) * 2f32.powi(exponent - 15),
    }
}

fn broken(what: impl std::fmt::Display) -> Error {
    Error::refused(format!("not a usable safetensors file: {what}"))
        .hint("take model.safetensors from the folder of the sentence-transformers model")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
    }

    fn floats(header: &str, data: &[u8], shape: &[usize]) -> Result<Vec<f32>, String> {
        let bytes = file(header, data);
        Safetensors::read(&bytes).and_then(|s| s.floats("t", shape)).map_err(|e| e.to_string())
    }

    #[test]
    fn the_three_kinds_of_float_are_read() {
        let f32s: Vec<u8> = [1.5f32, -2.0].iter().flat_map(|v| v.to_le_bytes()).collect();
        let header = |kind: &str, end: u32| {
            format!(r#"{{"__metadata__":{{"a":"b"}},"t":{{"dtype":"{kind}","shape":[2],"data_offsets":[0,{end}]}}}}"#)
        };
        assert_eq!(floats(&header("F32", 8), &f32s, &[2]).unwrap(), [1.5, -2.0]);
        assert_eq!(floats(&header("BF16", 4), &[0xc0, 0x3f, 0, 0xc0], &[2]).unwrap(), [1.5, -2.0]);
        assert_eq!(floats(&header("F16", 4), &[0, 0x3e, 0, 0xc0], &[2]).unwrap(), [1.5, -2.0]);
        assert_eq!(floats(&header("F16", 4), &[1, 0, 0xff, 0x83], &[2]).unwrap(), [2f32.powi(-24), -1023.0 * 2f32.powi(-24)]);
    }

    #[test]
    fn a_hostile_header_is_refused_in_words() {
        let entry = |body: &str| floats(&format!(r#"{{"t":{{{body}}}}}"#), &[0; 8], &[2]).unwrap_err();
        for (body, words) in [
            (r#""dtype":"F32","shape":[2],"data_offsets":[0,4]"#, "but 4 bytes"),
            (r#""dtype":"F32","shape":[2],"data_offsets":[4,12]"#, "outside the file"),
            (r#""dtype":"F32","shape":[2],"data_offsets":[8,0]"#, "outside the file"),
            (r#""dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]"#, "outside the file"),
            (r#""dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]"#, "but 8 bytes"),
            (r#""dtype":"F32","shape":[-1],"data_offsets":[0,8]"#, "the header of tensor t"),
            (r#""dtype":"F32","shape":[1,2],"data_offsets":[0,8]"#, "was expected"),
            (r#""dtype":"I64","shape":[2],"data_offsets":[0,8]"#, "does not hold floats"),
            (r#""dtype":"F32""#, "the header of tensor t"),
        ] {
            let message = entry(body);
            assert!(message.contains(words), "{body}: {message}");
        }
        assert!(floats("{}", &[], &[2]).unwrap_err().contains("is missing"));
        assert!(floats("[1]", &[], &[2]).unwrap_err().contains("not JSON"));
        let infinite = [f32::INFINITY.to_le_bytes(), [0; 4]].concat();
        let header = r#"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
        assert!(floats(header, &infinite, &[2]).unwrap_err().contains("not finite"));
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let whole = file(r#"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, &[0; 8]);
        assert!(Safetensors::read(&whole).is_ok());
        assert!((0..whole.len()).all(|end| Safetensors::read(&whole[..end]).is_err()));
        assert!(Safetensors::read(&[0xff; 40]).unwrap_err().to_string().contains("announces a header"));
    }
}
