//! NumPy files of float32 rows: what peers and we read the same embeddings from.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;

/// (values a row, all values).
pub fn read(path: &Path) -> (usize, Vec<f32>) {
    let bytes = fs::read(path).expect("a NumPy file");
    assert!(bytes.starts_with(b"\x93NUMPY\x01"), "{}: no NumPy file of version 1", path.display());
    let end = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = String::from_utf8_lossy(&bytes[10..end]);
    assert!(header.contains("'<f4'") && header.contains("'fortran_order': False"), "rows of float32, not {header}");
    let shape = header.split("'shape': (").nth(1).and_then(|rest| rest.split(')').next()).expect("a shape");
    let dims = shape.split(',').nth(1).and_then(|dims| dims.trim().parse().ok()).expect("rows and values");
    (dims, bytes[end..].as_chunks().0.iter().map(|value| f32::from_le_bytes(*value)).collect())
}

pub fn write(path: &Path, dims: usize, values: &[f32]) {
    let shape = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {dims}), }}", values.len() / dims);
    let length = (10 + shape.len() + 1).next_multiple_of(64) - 10;
    let header = format!("{shape:<width$}\n", width = length - 1);
    let mut out = BufWriter::new(fs::File::create(path).expect("a NumPy file"));
    let mut put = |bytes: &[u8]| out.write_all(bytes).expect("room on the disk");
    put(b"\x93NUMPY\x01\x00");
    put(&(length as u16).to_le_bytes());
    put(header.as_bytes());
    values.iter().for_each(|value| put(&value.to_le_bytes()));
    out.flush().expect("room on the disk");
}
