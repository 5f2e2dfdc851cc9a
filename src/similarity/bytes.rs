//! Arrays as little-endian bytes, the form the store keeps them in, and the offsets of arrays of arrays.

use crate::model::Edge;

const EDGE: usize = 12;

/// 12 bytes an edge: `a`, `b`, then the bits of the score.
pub fn edges_to_bytes(edges: &[Edge]) -> Vec<u8> {
    let words = edges.iter().flat_map(|edge| [edge.a, edge.b, edge.score.to_bits()]);
    let mut bytes = Vec::with_capacity(edges.len() * EDGE);
    words.for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
    bytes
}

/// The inverse of [`edges_to_bytes`]; `None` where the length is not a whole number of edges.
pub fn edges_from_bytes(bytes: &[u8]) -> Option<Vec<Edge>> {
    let (edges, rest) = bytes.as_chunks::<EDGE>();
    rest.is_empty().then(|| edges.iter().map(edge_of).collect())
}

fn edge_of(bytes: &[u8; EDGE]) -> Edge {
    let [a0, a1, a2, a3, b0, b1, b2, b3, s0, s1, s2, s3] = *bytes;
    Edge {
        a: u32::from_le_bytes([a0, a1, a2, a3]),
        b: u32::from_le_bytes([b0, b1, b2, b3]),
        score: f32::from_le_bytes([s0, s1, s2, s3]),
    }
}

/// 4 bytes a number.
pub fn u32s_to_bytes(numbers: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(numbers.len() * 4);
    numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
    bytes
}

/// The inverse of [`u32s_to_bytes`]; `None` where the length is not a multiple of 4.
pub fn u32s_from_bytes(bytes: &[u8]) -> Option<Vec<u32>> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    rest.is_empty().then(|| numbers.iter().map(|&number| u32::from_le_bytes(number)).collect())
}

/// 8 bytes a number.
pub fn u64s_to_bytes(numbers: &[u64]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(numbers.len() * 8);
    numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
    bytes
}

/// The inverse of [`u64s_to_bytes`]; `None` where the length is not a multiple of 8.
pub fn u64s_from_bytes(bytes: &[u8]) -> Option<Vec<u64>> {
    let (numbers, rest) = bytes.as_chunks::<8>();
    rest.is_empty().then(|| numbers.iter().map(|&number| u64::from_le_bytes(number)).collect())
}

/// Where each of some consecutive runs begins, and at the end where the last one ends.
pub(super) fn offsets_of(sizes: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut offsets = vec![0];
    let mut end = 0;
    offsets.extend(sizes.map(|size| {
        end += size;
        end
    }));
    offsets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_as_the_same_edges() {
        let edges = [Edge { a: 0, b: 1, score: 0.7 }, Edge { a: 258, b: u32::MAX, score: f32::MIN_POSITIVE }];
        let bytes = edges_to_bytes(&edges);
        assert_eq!(bytes[12..16], [2, 1, 0, 0], "little-endian whatever the machine");
        assert_eq!(edges_from_bytes(&bytes).as_deref(), Some(&edges[..]));
        assert_eq!(edges_from_bytes(&bytes[..23]), None);
    }

    #[test]
    fn bytes_come_back_as_the_same_numbers() {
        let numbers = [0, 1, 0x0102_0304, u32::MAX];
        assert_eq!(u32s_from_bytes(&u32s_to_bytes(&numbers)).as_deref(), Some(&numbers[..]));
        assert_eq!(u32s_from_bytes(&[1, 2, 3]), None);
        assert_eq!(u32s_from_bytes(&[]), Some(Vec::new()));
        let numbers = [0, 1, 0x0102_0304_0506_0708, u64::MAX];
        assert_eq!(u64s_to_bytes(&numbers)[16..18], [8, 7], "little-endian whatever the machine");
        assert_eq!(u64s_from_bytes(&u64s_to_bytes(&numbers)).as_deref(), Some(&numbers[..]));
        assert_eq!(u64s_from_bytes(&[0; 12]), None);
    }

    #[test]
    fn offsets_start_at_zero_and_end_at_the_sum() {
        assert_eq!(offsets_of([2, 0, 3].into_iter()), [0, 2, 2, 5]);
        assert_eq!(offsets_of([].into_iter()), [0]);
    }
}
