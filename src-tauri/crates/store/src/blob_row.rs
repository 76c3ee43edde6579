//! Values kept as one column: postcard for what only the program reads, compressed past 4 kB.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

const PLAIN: u8 = 0;
const COMPRESSED: u8 = 1;
const COMPRESS_FROM: usize = 4096;

/// Postcard bytes with a leading byte that tells how they are kept.
pub(crate) fn pack<T: Serialize>(value: &T) -> Result<Vec<u8>, Error> {
    let bytes =
        postcard::to_stdvec(value).map_err(|error| Error::inconsistent("value", "new", error))?;
    pack_bytes(&bytes)
}

/// The reverse of [`pack`].
pub(crate) fn unpack<T: DeserializeOwned>(
    table: &'static str,
    id: &str,
    column: &[u8],
) -> Result<T, Error> {
    let bytes = unpack_bytes(table, id, column)?;
    postcard::from_bytes(&bytes).map_err(|error| Error::inconsistent(table, id, error))
}

/// JSON, for types whose serde form needs to describe itself.
pub(crate) fn pack_json<T: Serialize>(value: &T) -> Result<Vec<u8>, Error> {
    let bytes =
        serde_json::to_vec(value).map_err(|error| Error::inconsistent("value", "new", error))?;
    pack_bytes(&bytes)
}

/// The reverse of [`pack_json`].
pub(crate) fn unpack_json<T: DeserializeOwned>(
    table: &'static str,
    id: &str,
    column: &[u8],
) -> Result<T, Error> {
    let bytes = unpack_bytes(table, id, column)?;
    serde_json::from_slice(&bytes).map_err(|error| Error::inconsistent(table, id, error))
}

fn pack_bytes(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut column = Vec::with_capacity(bytes.len() / 2 + 1);
    if bytes.len() < COMPRESS_FROM {
        column.push(PLAIN);
        column.extend_from_slice(bytes);
    } else {
        column.push(COMPRESSED);
        zstd::stream::copy_encode(bytes, &mut column, 1)
            .map_err(|error| Error::inconsistent("value", "new", error))?;
    }
    Ok(column)
}

fn unpack_bytes<'a>(
    table: &'static str,
    id: &str,
    column: &'a [u8],
) -> Result<std::borrow::Cow<'a, [u8]>, Error> {
    match column.split_first() {
        Some((&PLAIN, bytes)) => Ok(bytes.into()),
        Some((&COMPRESSED, bytes)) => zstd::stream::decode_all(bytes)
            .map(Into::into)
            .map_err(|error| Error::inconsistent(table, id, error)),
        _ => Err(Error::inconsistent(table, id, "unknown form of column")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_back_small_or_large() {
        for size in [0_usize, 10, 100_000] {
            let value: Vec<String> = (0..size).map(|n| format!("word {n}")).collect();
            let column = pack(&value).unwrap();
            assert_eq!(unpack::<Vec<String>>("t", "1", &column).unwrap(), value);
            let column = pack_json(&value).unwrap();
            assert_eq!(
                unpack_json::<Vec<String>>("t", "1", &column).unwrap(),
                value
            );
        }
    }

    #[test]
    fn a_damaged_column_names_its_row() {
        let error = unpack::<String>("pages", "c/3", &[9, 1, 2]).unwrap_err();
        assert!(error.to_string().contains("pages (c/3)"), "{error}");
    }
}
