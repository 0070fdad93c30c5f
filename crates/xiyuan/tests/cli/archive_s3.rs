//! Archives in an S3-compatible store: the binary against a small one that this test keeps in memory and can break.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::support::{Data, Ran, latest_year, xiyuan};

/// Objects by the path of their request.
type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A bucket that answers GET and PUT of objects, and `If-None-Match: *`, over plain HTTP.
struct Bucket {
    address: String,
    objects: Objects,
    /// Told of every object before it is answered for: the caller can break off right there.
    stored: Receiver<Sender<()>>,
}

impl Bucket {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let objects = Objects::default();
        let (told, stored) = channel();
        let kept = Arc::clone(&objects);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, told) = (Arc::clone(&kept), told.clone());
                thread::spawn(move || while answer(&stream, &kept, &told).is_some() {});
            }
        });
        Self { address, objects, stored }
    }

    fn names(&self) -> Vec<String> {
        self.objects.lock().expect("whole").keys().cloned().collect()
    }

    fn has_manifest(&self) -> bool {
        self.names().iter().any(|name| name.ends_with("manifest.json"))
    }

    /// The binary with what it needs to reach the bucket.
    fn command(&self) -> Command {
        let mut command = xiyuan();
        let settings = [
            ("AWS_ENDPOINT", self.address.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "cn-east-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ];
        command.envs(settings).env("NO_PROXY", "127.0.0.1");
        command
    }

    fn freezing(&self, data: &Data, year: &str) -> Child {
        let mut command = self.command();
        command.args(["freeze", "--year", year, "--to", PLACE, "--format", "json", "--data"]);
        command
            .arg(data.0.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts")
    }

    /// Lets every object through until the child ends.
    fn until_end(&self, child: Child) -> Ran {
        let ended = thread::spawn(move || child.wait_with_output().expect("ended"));
        while !ended.is_finished() {
            if let Ok(go) = self.stored.recv_timeout(Duration::from_millis(20)) {
                let _ = go.send(());
            }
        }
        ended.join().expect("no panic").into()
    }

    fn replay(&self, receipt: &str) -> Ran {
        let mut command = self.command();
        command.args(["replay", receipt, "--frame", PLACE, "--format", "json"]);
        command.output().expect("the binary starts").into()
    }
}

const PLACE: &str = "s3://archives/frozen/demo";

/// Answers one request of a connection; `None` ends it.
fn answer(stream: &TcpStream, objects: &Objects, told: &Sender<Sender<()>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let path = path.split('?').next()?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    match method.as_str() {
        "PUT" => {
            let mut kept = objects.lock().expect("whole");
            if headers.contains_key("if-none-match") && kept.contains_key(&path) {
                return respond(stream, "412 Precondition Failed", b"");
            }
            kept.insert(path, body);
            drop(kept);
            let (go, wait) = channel();
            told.send(go).ok()?;
            // Whoever broke off drops the other end: then there is nobody to answer.
            wait.recv().ok()?;
            respond(stream, "200 OK", b"")
        }
        "GET" => {
            let found = objects.lock().expect("whole").get(&path).cloned();
            match found {
                Some(bytes) => respond(stream, "200 OK", &bytes),
                None => respond(stream, "404 Not Found", b"<Error><Code>NoSuchKey</Code></Error>"),
            }
        }
        _ => respond(stream, "405 Method Not Allowed", b""),
    }
}

fn respond(mut stream: &TcpStream, status: &str, body: &[u8]) -> Option<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\netag: \"1\"\r\nlast-modified: Mon, 02 Mar 2026 08:00:00 GMT\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body).ok()
}

/// A demo city with the receipt of a park's self-check.
fn checked() -> (Data, String, String) {
    let data = Data::demo();
    let park = data.list("parks")[0]["id"].as_str().expect("id").to_owned();
    let check = data.check(&park, &[]);
    let receipt = data.write("收据.json", &check["receipt"].to_string());
    let digest = check["receipt"]["resultDigest"].as_str().expect("a digest").to_owned();
    (data, receipt, digest)
}

#[test]
fn an_archive_in_a_bucket_replays_a_receipt_and_a_changed_object_is_refused() {
    let bucket = Bucket::open();
    let (data, receipt, digest) = checked();
    bucket.until_end(bucket.freezing(&data, &latest_year())).expect(0);
    assert!(bucket.has_manifest());
    let ran = bucket.replay(&receipt).expect(0);
    assert_eq!(
        (ran.json()["matches"].clone(), ran.json()["computedDigest"].clone()),
        (true.into(), digest.into())
    );
    // The same archive again changes nothing.
    let names = bucket.names();
    bucket.until_end(bucket.freezing(&data, &latest_year())).expect(0);
    assert_eq!(bucket.names(), names);

    let parks = names.iter().find(|name| name.ends_with("/parks.parquet")).expect("an object").clone();
    bucket.objects.lock().expect("whole").get_mut(&parks).expect("there")[9] ^= 1;
    let ran = bucket.replay(&receipt).expect(2);
    assert!(ran.stderr.contains("parks.parquet") && ran.stderr.contains("改动"), "{}", ran.stderr);
    bucket.objects.lock().expect("whole").remove(&parks);
    let ran = bucket.replay(&receipt).expect(2);
    assert!(ran.stderr.contains("缺少文件 parks.parquet"), "{}", ran.stderr);
}

#[test]
fn killed_at_any_object_it_leaves_no_archive_and_can_be_frozen_again() {
    let bucket = Bucket::open();
    let (data, receipt, _) = checked();
    for objects in [1, 4, 9] {
        let mut child = bucket.freezing(&data, &latest_year());
        for _ in 1..objects {
            bucket.stored.recv().expect("an object").send(()).expect("the store waits");
        }
        // This object is there, its answer never comes.
        let last = bucket.stored.recv().expect("an object");
        child.kill().expect("killed");
        child.wait().expect("ended");
        drop(last);
        assert!(!bucket.names().is_empty() && !bucket.has_manifest());
        let ran = bucket.replay(&receipt).expect(2);
        assert!(ran.stderr.contains("没有完整的档案"), "{}", ran.stderr);
    }
    bucket.until_end(bucket.freezing(&data, &latest_year())).expect(0);
    bucket.replay(&receipt).expect(0);
}
