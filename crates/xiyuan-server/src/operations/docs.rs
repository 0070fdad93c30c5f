//! The OpenAPI document and a page to read it: plain HTML written here, no script, no asset from elsewhere.

use std::fmt::Write as _;

use axum::{
    Router,
    http::header,
    response::{Html, IntoResponse},
    routing::get,
};
use serde_json::Value;
use utoipa::openapi::OpenApi;

/// The API's own description, as it is served.
pub(crate) struct Docs {
    document: Value,
    page: String,
}

impl Docs {
    /// Of a document.
    pub(crate) fn new(document: &OpenApi) -> Self {
        let document = serde_json::to_value(document).expect("invariant: an OpenAPI document is JSON");
        Self { page: render(&document), document }
    }

    /// `GET /api/openapi.json`, `GET /api/docs`, `GET /api/docs.css`.
    pub(super) fn routes<S: Clone + Send + Sync + 'static>(&'static self) -> Router<S> {
        let json = || async { ([(header::CACHE_CONTROL, "no-cache")], axum::Json(&self.document)) };
        Router::new()
            .route("/api/openapi.json", get(json))
            .route("/api/docs", get(|| async { Html(self.page.as_str()) }))
            .route("/api/docs.css", get(style))
    }
}

const STYLE: &str = "body{font:15px/1.6 system-ui,'Noto Sans SC',sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;\
color:#1f2933}h2{border-bottom:1px solid #d5dbe1;margin-top:2.5rem}code{font-family:ui-monospace,monospace;font-size:.92em}\
.op{margin:1rem 0;padding:.6rem 1rem;border:1px solid #d5dbe1;border-radius:6px}.m{display:inline-block;min-width:4rem;\
font-weight:700;color:#0b5394}table{border-collapse:collapse;margin:.4rem 0}td,th{border:1px solid #d5dbe1;padding:.2rem .6rem;\
text-align:left;vertical-align:top}nav a{margin-right:1rem}";

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}

fn render(document: &Value) -> String {
    let mut html = String::from(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>锡园接口文档</title>\
         <link rel=\"stylesheet\" href=\"/api/docs.css\"></head><body><h1>锡园接口文档</h1>",
    );
    let _ = write!(
        html,
        "<p>{}</p><p>机器可读：<a href=\"/api/openapi.json\">openapi.json</a>（OpenAPI 3.1）</p>",
        escape(text(&document["info"]["description"]))
    );
    let mut by_tag: indexmap::IndexMap<&str, Vec<(&str, &str, &Value)>> = indexmap::IndexMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            by_tag.entry(text(&operation["tags"][0])).or_default().push((method, path, operation));
        }
    }
    html.push_str("<nav>");
    for tag in by_tag.keys() {
        let _ = write!(html, "<a href=\"#{0}\">{0}</a>", escape(tag));
    }
    html.push_str("<a href=\"#schemas\">数据结构</a></nav>");
    for (tag, operations) in &by_tag {
        let _ = write!(html, "<h2 id=\"{0}\">{0}</h2>", escape(tag));
        for (method, path, operation) in operations {
            render_operation(&mut html, method, path, operation);
        }
    }
    html.push_str("<h2 id=\"schemas\">数据结构</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        render_schema(&mut html, name, schema);
    }
    html.push_str("</body></html>");
    html
}

fn render_operation(html: &mut String, method: &str, path: &str, operation: &Value) {
    let _ = write!(
        html,
        "<div class=\"op\" id=\"{id}\"><span class=\"m\">{method}</span> <code>{path}</code><br>{summary} <code>{id}</code>",
        id = escape(text(&operation["operationId"])),
        method = method.to_uppercase(),
        path = escape(path),
        summary = escape(text(&operation["summary"])),
    );
    let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    if !parameters.is_empty() {
        html.push_str("<table><tr><th>参数</th><th>位置</th><th>类型</th><th>说明</th></tr>");
        for parameter in parameters {
            let _ = write!(
                html,
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
                escape(text(&parameter["name"])),
                escape(text(&parameter["in"])),
                kind(&parameter["schema"]),
                escape(text(&parameter["description"])),
            );
        }
        html.push_str("</table>");
    }
    for body in operation["requestBody"]["content"].as_object().into_iter().flatten() {
        let _ = write!(html, "<div>请求体（{}）：{}</div>", escape(body.0), kind(&body.1["schema"]));
    }
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        for (media, content) in response["content"].as_object().into_iter().flatten() {
            let _ = write!(html, "<div>{status}（{}）：{}</div>", escape(media), kind(&content["schema"]));
        }
    }
    html.push_str("</div>");
}

fn render_schema(html: &mut String, name: &str, schema: &Value) {
    let _ = write!(
        html,
        "<div class=\"op\" id=\"schema-{0}\"><b><code>{0}</code></b> {1}",
        escape(name),
        escape(text(&schema["description"]))
    );
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(|value| escape(text(value))).collect();
        let _ = write!(html, "<div><code>{}</code></div>", values.join("</code> <code>"));
    }
    if let Some(properties) = schema["properties"].as_object() {
        html.push_str("<table>");
        for (key, property) in properties {
            let _ = write!(
                html,
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
                escape(key),
                kind(property),
                escape(text(&property["description"]))
            );
        }
        html.push_str("</table>");
    }
    html.push_str("</div>");
}

/// A schema in a few words, with links to named ones.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#schema-{0}\"><code>{0}</code></a>", escape(name));
    }
    for key in ["oneOf", "allOf", "anyOf"] {
        if let Some(parts) = schema[key].as_array() {
            let parts: Vec<String> = parts.iter().map(kind).collect();
            return parts.join(if key == "allOf" { " & " } else { " | " });
        }
    }
    let name = match &schema["type"] {
        Value::Array(types) => types.iter().map(text).collect::<Vec<_>>().join(" | "),
        other => text(other).to_owned(),
    };
    if name.starts_with("array") {
        return format!("{}[]", kind(&schema["items"]));
    }
    escape(&name)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
