use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use crate::error::PageError;

/// A file that pages load.
#[derive(Debug)]
pub(crate) struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
    /// Changes with the content, so that browsers may keep it for good.
    url: String,
}

static ASSETS: LazyLock<[Asset; 5]> = LazyLock::new(|| {
    [
        asset("console.css", "text/css; charset=utf-8", include_bytes!("../assets/console.css")),
        asset(
            "console.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../assets/console.js"),
        ),
        asset("icon.svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
        asset("inter-latin.woff2", "font/woff2", include_bytes!("../assets/inter-latin.woff2")),
        asset(
            "inter-latin-ext.woff2",
            "font/woff2",
            include_bytes!("../assets/inter-latin-ext.woff2"),
        ),
    ]
});

pub(crate) fn style() -> &'static Asset {
    let [style, ..] = &*ASSETS;
    style
}

pub(crate) fn script() -> &'static Asset {
    let [_, script, ..] = &*ASSETS;
    script
}

pub(crate) fn icon() -> &'static Asset {
    let [_, _, icon, ..] = &*ASSETS;
    icon
}

/// `GET /console/assets/{name}`
pub(crate) async fn serve(Path(name): Path<String>) -> Result<Response, PageError> {
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or(PageError::NotFound)?;
    let mut answer = asset.bytes.into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
    headers.insert(CACHE_CONTROL, kept);
    Ok(answer)
}

impl Asset {
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

fn asset(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    let hash = Sha256::digest(bytes);
    let hash = hash.iter().take(8).fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
    let url = format!("{}/assets/{name}?{hash:016x}", crate::PATH);
    Asset { name, content_type, bytes, url }
}
