use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Reads a body; what is wrong is said with the member in which it is.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| error.to_string())?;
    reader.end().map_err(|error| error.to_string())?;
    Ok(read)
}

/// Reads a body that may be left out.
pub(super) fn read_if_any<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, String> {
    if body.is_empty() { Ok(T::default()) } else { read(body) }
}

/// The name of a snapshot.
pub(super) fn name(body: &[u8]) -> Result<String, String> {
    #[derive(Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Named {
        name: Option<String>,
    }
    let Named { name } = read_if_any(body)?;
    match name {
        Some(name) if name.trim().is_empty() => Err("name: a snapshot needs one".to_owned()),
        name => Ok(name.unwrap_or_else(|| "default".to_owned())),
    }
}
