//! `xiyuan serve` on a port of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use super::support::Data;

/// A server that is at work.
struct Server {
    child: Child,
    address: String,
    accounts: String,
}

impl Server {
    fn start(data: &Data) -> Self {
        let mut command = data.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stderr.take().expect("stderr")).lines().map_while(Result::ok);
        let mut before = String::new();
        let line = loop {
            let line = lines.next().expect("the address is printed");
            if line.contains("http://") {
                break line;
            }
            before.push_str(&line);
        };
        let address = line.split("http://").nth(1).expect("address").trim_end_matches('/').to_owned();
        // Read on, so that the server is never stopped by a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, accounts: before }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("connection");
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).expect("request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answer");
        answer
    }

    /// Asks it to stop, answers its exit code.
    fn stop(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().expect("kill");
        self.child.wait().expect("ended").code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After `stop` it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_server_on_an_empty_folder_becomes_ready_and_has_no_accounts() {
    let data = Data::empty();
    let server = Server::start(&data);
    assert!(server.get("/health/ready").starts_with("HTTP/1.1 200"));
    let accounts = server.get("/api/v1/demo-accounts");
    assert!(accounts.contains("\"items\":[]"), "{accounts}");
}

#[test]
fn a_demo_city_shows_its_accounts_and_stops_when_told_to() {
    let data = Data::demo();
    let server = Server::start(&data);
    assert!(server.accounts.contains("演示账号"), "{}", server.accounts);
    assert!(server.get("/api/v1/demo-accounts").contains("city_officer"));
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_second_server_on_the_same_folder_is_refused_and_commands_work_beside_the_first() {
    let data = Data::demo();
    let server = Server::start(&data);
    let ran = data.run(&["serve", "--listen", "127.0.0.1:0"]).expect(2);
    assert!(ran.stderr.contains("正由另一个"), "{}", ran.stderr);
    assert!(!data.list("parks").is_empty());
    drop(server);
}
