//! The embedded web app: files by their path, the page itself for every address of the app.
//!
//! Exact rules: `assets/…` carries a content hash in its name and is kept for a year; a missing one is 404. Any other
//! existing file is served with its ETag. Any other path without a dot in its last segment is a room of the app and
//! gets `index.html`, never kept. Paths below `/api/` never get a page.

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use rust_embed::RustEmbed;

use crate::{error::ApiError, http::layers};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>锡园</title>\
    <h1>锡园</h1><p>网页端尚未构建。请在源代码目录运行 <code>make web</code> 后重新编译，或直接运行 <code>make run</code>。</p>\
    <p>接口可用：<a href=\"/api/docs\">接口文档</a></p></html>";

/// Serves everything that no other route takes.
pub(crate) async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    if path.starts_with("api/") || path == "api" {
        return layers::unknown_path();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return ApiError::NotFound { what: "接口" }.into_response();
    }
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    if let Some(response) = file(&path, known.as_ref()) {
        return response;
    }
    let looks_like_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    if path.starts_with("assets/") || looks_like_file {
        return ApiError::NotFound { what: "文件" }.into_response();
    }
    file("index.html", known.as_ref()).unwrap_or_else(|| Html(NOT_BUILT).into_response())
}

fn file(path: &str, known: Option<&HeaderValue>) -> Option<Response> {
    if path.is_empty() || path.ends_with('/') {
        return None;
    }
    let file = Dist::get(path)?;
    let etag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if known.is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    Some(response)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
