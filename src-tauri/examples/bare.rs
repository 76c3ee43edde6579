//! A window with one heading in it and nothing behind it: what a start of the program is measured beside.

use tauri::http::Response;
use tauri::{Url, WebviewUrl, WebviewWindowBuilder};

const PAGE: &str = "<!doctype html><html lang=\"en\"><title>Bare</title><h1>Bare</h1></html>";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tauri::Builder::default()
        .register_uri_scheme_protocol("bare", |_context, _request| {
            Response::builder()
                .header("content-type", "text/html")
                .body(PAGE.as_bytes().to_vec())
                .unwrap_or_default()
        })
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol(Url::parse("bare://localhost/")?);
            WebviewWindowBuilder::new(app, "bare", page)
                .title("Bare")
                .inner_size(1280.0, 860.0)
                .build()?;
            Ok(())
        })
        .build(tauri::generate_context!())?
        .run(|_app, _event| {});
    Ok(())
}
