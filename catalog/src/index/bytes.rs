//! Small readers for packed bytes: whole numbers of variable length, and numbers of a few bits.
//! Every read is checked; damaged bytes end a read early and never panic.

/// Reads from the front of a slice, step by step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next byte.
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    /// A number in groups of seven bits, the least first, each but the last with its top bit set (LEB128).
    pub(crate) fn number(&mut self) -> Option<u32> {
        let mut number = 0_u32;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// The same for a number of up to 64 bits.
    pub(crate) fn long(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// The next bytes, as many as the caller names.
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    /// The next `length` bytes.
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

/// Unpacks numbers of `width` bits, at most 32, into `out`. What the bytes do not hold is left as it was.
pub(crate) fn unpack(packed: &[u8], width: u32, out: &mut [u32]) {
    if width == 0 || width > 32 {
        return;
    }
    let mask = u64::MAX >> (64 - width);
    let mut bit = 0;
    for slot in out {
        let Some(rest) = packed.get(bit / 8..) else { return };
        let shift = bit % 8;
        bit += width as usize;
        // Eight bytes at once, of which a number and the bits before it take five: no step depends on the one before.
        let eight = match rest.first_chunk() {
            Some(eight) => u64::from_le_bytes(*eight),
            None if rest.len() * 8 < shift + width as usize => return,
            None => rest.iter().rev().fold(0, |eight, byte| (eight << 8) | u64::from(*byte)),
        };
        // The mask has at most 32 bits.
        *slot = u32::try_from((eight >> shift) & mask).unwrap_or_default();
    }
}

/// Writes a number as [`Reader::number`] reads it.
pub(crate) fn push_number(out: &mut Vec<u8>, number: u32) {
    push_long(out, number.into());
}

/// Writes a number as [`Reader::long`] reads it.
pub(crate) fn push_long(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            return out.push(low & 0x7f);
        }
        out.push(low | 0x80);
    }
}

/// Packs numbers as [`unpack`] reads them.
pub(crate) fn pack(numbers: &[u32], width: u32, out: &mut Vec<u8>) {
    if width == 0 {
        return;
    }
    let (mut buffer, mut held) = (0_u64, 0_u32);
    for number in numbers {
        buffer |= u64::from(*number) << held;
        held += width;
        while held >= 8 {
            out.push(buffer.to_le_bytes()[0]);
            buffer >>= 8;
            held -= 8;
        }
    }
    if held > 0 {
        out.push(buffer.to_le_bytes()[0]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    use super::{Reader, pack, push_long, push_number, unpack};

    proptest! {
        #[test]
        fn numbers_come_back(number in any::<u32>()) {
            let mut bytes = Vec::new();
            push_number(&mut bytes, number);
            let mut reader = Reader(&bytes);
            prop_assert_eq!((reader.number(), reader.0.len()), (Some(number), 0));
        }

        #[test]
        fn long_numbers_come_back(number in any::<u64>()) {
            let mut bytes = Vec::new();
            push_long(&mut bytes, number);
            let mut reader = Reader(&bytes);
            prop_assert_eq!((reader.long(), reader.0.len()), (Some(number), 0));
        }

        #[test]
        fn packed_numbers_come_back(width in 0_u32..=32, numbers in prop::collection::vec(any::<u32>(), 0..200)) {
            let mask = if width == 0 { 0 } else { u32::MAX >> (32 - width) };
            let numbers: Vec<u32> = numbers.into_iter().map(|number| number & mask).collect();
            let mut packed = Vec::new();
            pack(&numbers, width, &mut packed);
            prop_assert_eq!(packed.len(), (numbers.len() * width as usize).div_ceil(8));
            let mut unpacked = vec![0; numbers.len()];
            unpack(&packed, width, &mut unpacked);
            prop_assert_eq!(unpacked, numbers);
        }

        #[test]
        fn any_bytes_are_survived(bytes in any::<Vec<u8>>(), width in any::<u32>(), length in 0_usize..300) {
            let mut reader = Reader(&bytes);
            while reader.number().is_some() {}
            let mut reader = Reader(&bytes);
            while reader.long().is_some() {}
            unpack(&bytes, width, &mut vec![0; length]);
        }
    }
}
