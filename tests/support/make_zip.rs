//! Zip files made on the spot, the same bytes each time.

/// Makes a zip of parts, each packed.
#[must_use]
pub fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let packed: Vec<Part> = parts
        .iter()
        .map(|(name, bytes)| Part {
            name: (*name).to_owned(),
            packed: miniz_oxide::deflate::compress_to_vec(bytes, 6),
            crc: crc32(bytes),
            length: bytes.len() as u32,
        })
        .collect();
    write(&packed)
}

/// Makes a zip with one part of `megabytes` of blanks beside `parts`; a megabyte takes about 1 kB.
#[must_use]
pub fn bomb(parts: &[(&str, &[u8])], name: &str, megabytes: usize) -> Vec<u8> {
    use miniz_oxide::deflate::core::{
        CompressorOxide, TDEFLFlush, compress, create_comp_flags_from_zip_params,
    };
    static MEGABYTE: [u8; 1 << 20] = [b' '; 1 << 20];
    let mut packer = CompressorOxide::new(create_comp_flags_from_zip_params(9, 0, 0));
    let mut block = vec![0; 1 << 16];
    // After a full flush nothing refers to what came before: one megabyte packs like any other.
    let (_, _, written) = compress(&mut packer, &MEGABYTE, &mut block, TDEFLFlush::Full);
    let mut packed = block[..written].repeat(megabytes);
    // An empty last block.
    packed.extend_from_slice(&[3, 0]);
    let mut all: Vec<Part> = parts
        .iter()
        .map(|(name, bytes)| Part {
            name: (*name).to_owned(),
            packed: miniz_oxide::deflate::compress_to_vec(bytes, 6),
            crc: crc32(bytes),
            length: bytes.len() as u32,
        })
        .collect();
    all.push(Part {
        name: name.to_owned(),
        packed,
        crc: 0,
        length: (megabytes << 20) as u32,
    });
    write(&all)
}

struct Part {
    name: String,
    packed: Vec<u8>,
    crc: u32,
    length: u32,
}

fn write(parts: &[Part]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut directory = Vec::new();
    for part in parts {
        let offset = file.len() as u32;
        // Version, flags, method (deflate), time, date (1 January 1980).
        let mut common = Vec::new();
        for field in [20_u16, 0, 8, 0, 0x21] {
            common.extend_from_slice(&field.to_le_bytes());
        }
        for field in [part.crc, part.packed.len() as u32, part.length] {
            common.extend_from_slice(&field.to_le_bytes());
        }
        common.extend_from_slice(&(part.name.len() as u16).to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        file.extend_from_slice(b"PK\x03\x04");
        file.extend_from_slice(&common);
        file.extend_from_slice(part.name.as_bytes());
        file.extend_from_slice(&part.packed);
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&common);
        // Comment, disk, attributes within and without.
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(part.name.as_bytes());
    }
    let (start, count) = (file.len() as u32, parts.len() as u16);
    file.extend_from_slice(&directory);
    file.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    file.extend_from_slice(&count.to_le_bytes());
    file.extend_from_slice(&count.to_le_bytes());
    file.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    file.extend_from_slice(&start.to_le_bytes());
    file.extend_from_slice(&[0, 0]);
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    };
    !bytes.iter().fold(!0, step)
}
