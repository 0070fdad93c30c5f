//! Callers of the API: every kind has the same methods.

use reqwest::{
    Client, Method, RequestBuilder, Response,
    multipart::{Form, Part},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Somebody who calls the API, logged in or not.
#[derive(Clone, Debug)]
pub struct Caller {
    client: Client,
    base: String,
}

/// What came back, read to the end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: reqwest::header::HeaderMap,
    /// Body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as a type.
    pub fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Stable code of a problem document; empty for others.
    pub fn code(&self) -> String {
        let json: Value = serde_json::from_slice(&self.bytes).unwrap_or_default();
        json["code"].as_str().unwrap_or_default().to_owned()
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Asserts the status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

impl Caller {
    /// Somebody with an own cookie jar.
    pub(crate) fn new(base: &str) -> Self {
        // Built beside the archive's S3 client, reqwest has TLS but no provider of it; a second choice changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().cookie_store(true).build().expect("a client");
        Self { client, base: base.to_owned() }
    }

    /// A request to a path below `/api/v1`, with the header that pages send.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1{path}", self.base)).header("x-xiyuan-request", "1")
    }

    /// Any address of the server, without headers of the pages.
    pub fn plain(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// Sends and reads to the end.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response: Response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("a body").to_vec();
        Answer { status, headers, bytes }
    }

    /// `GET`
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// `DELETE`
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// `POST` with JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// `POST` with JSON and an idempotency key.
    pub async fn post_once(&self, path: &str, key: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).header("idempotency-key", key).json(&body)).await
    }

    /// `PUT` with JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    /// `PATCH` with JSON, based on a revision.
    pub async fn patch(&self, path: &str, revision: i64, body: Value) -> Answer {
        let request = self.request(Method::PATCH, path).header("if-match", format!("\"{revision}\""));
        self.send(request.json(&body)).await
    }

    /// Any request with JSON, based on a revision.
    pub async fn based_on(&self, method: Method, path: &str, revision: i64, body: Value) -> Answer {
        let request = self.request(method, path).header("if-match", format!("\"{revision}\""));
        self.send(request.json(&body)).await
    }

    /// `POST` of a file with text fields.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], name: &str, bytes: Vec<u8>) -> Answer {
        let mut form = Form::new();
        for (key, value) in fields {
            form = form.text((*key).to_owned(), (*value).to_owned());
        }
        let form = form.part("file", Part::bytes(bytes).file_name(name.to_owned()));
        self.send(self.request(Method::POST, path).multipart(form)).await
    }

    /// Uploads an import and waits until it is read: the import.
    pub async fn import(&self, fields: &[(&str, &str)], name: &str, bytes: Vec<u8>) -> Value {
        let answer = self.upload("/imports", fields, name, bytes).await.expect(202);
        let id = answer.json()["id"].as_str().expect("an id").to_owned();
        self.settled(&id).await
    }

    /// Waits for the end of an import's work by its event stream: the import as it is then.
    pub async fn settled(&self, id: &str) -> Value {
        self.get(&format!("/imports/{id}/events")).await.expect(200);
        self.get(&format!("/imports/{id}")).await.expect(200).json()
    }
}
