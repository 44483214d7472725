//! A simulated AWS (moto) on loopback: Terraform applies to it, and it enforces the identity policies that Terraform made.
//! Moto knows neither App Runner nor the notifications of a budget, and ignores conditions in the policies of buckets.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use storefront_tests::client::{Request, Response, send};
use storefront_tests::project;
use tempfile::TempDir;

/// How long it may take to start: Python reads a hundred services first.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that runs until this goes.
#[derive(Debug)]
pub struct Moto {
    process: Child,
    address: SocketAddr,
    folder: TempDir,
}

/// Keys of a user, or of a session of a role.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The key's number.
    pub id: String,
    /// What requests are signed with.
    pub secret: String,
    /// What a session shows besides.
    pub token: Option<String>,
}

impl Moto {
    /// Starts one, empty.
    pub fn start() -> Moto {
        let program = python_program("moto_server");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port on loopback");
        let address = listener.local_addr().expect("a listener has an address");
        drop(listener);
        let folder = tempfile::tempdir().expect("a folder for the server's log");
        let log = File::create(folder.path().join("moto.log")).expect("a log");
        let mut command = Command::new(&program);
        command.args(["-H", "127.0.0.1", "-p", &address.port().to_string()]);
        // The policies that AWS itself provides; roles are given some of them.
        command.env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true").stdin(Stdio::null());
        command.stdout(log.try_clone().expect("a log can be shared")).stderr(log);
        let process = command.spawn().unwrap_or_else(|error| panic!("cannot start `{}`: {error}", program.display()));
        let moto = Moto { process, address, folder };
        moto.wait();
        moto
    }

    fn wait(&self) {
        let started = now();
        while send(self.address, &Request::get("/moto-api/")).is_err() {
            let log = std::fs::read_to_string(self.folder.path().join("moto.log")).unwrap_or_default();
            assert!(started.elapsed() < PATIENCE, "moto does not answer at {}:\n{log}", self.address);
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Where it answers.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A key for a user, as an administrator makes one.
    #[track_caller]
    pub fn key_of(&self, user: &str) -> Keys {
        let said = self.call("iam", &format!("Action=CreateAccessKey&Version=2010-05-08&UserName={user}"));
        Keys { id: element(&said, "AccessKeyId"), secret: element(&said, "SecretAccessKey"), token: None }
    }

    /// A session of a role, as a workflow gets one with GitHub's token.
    #[track_caller]
    pub fn session_of(&self, role: &str) -> Keys {
        let action = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=workflow";
        let body = format!("{action}&WebIdentityToken=signed-by-github&RoleArn={role}");
        let said = self.call("sts", &body);
        Keys {
            id: element(&said, "AccessKeyId"),
            secret: element(&said, "SecretAccessKey"),
            token: Some(element(&said, "SessionToken")),
        }
    }

    /// Takes a bucket's policy away, whose conditions moto would not look at: a refusal of some writes would refuse all.
    #[track_caller]
    pub fn drop_policy_of(&self, bucket: &str) {
        let answer = self.send("s3", &Request::new("DELETE", format!("/{bucket}?policy")));
        assert_eq!(answer.status, 204, "{answer}");
    }

    /// From now on nobody does what no policy allows.
    #[track_caller]
    pub fn enforce_policies(&self) {
        let request = Request::new("POST", "/moto-api/reset-auth").header("content-type", "text/plain").body("0");
        let answer = send(self.address, &request).unwrap_or_else(|error| panic!("moto: {error}"));
        assert_eq!(answer.status, 200, "{answer}");
    }

    #[track_caller]
    fn call(&self, service: &str, form: &str) -> String {
        let request = Request::new("POST", "/").header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = self.send(service, &request);
        assert_eq!(answer.status, 200, "{answer}\n{}", answer.text());
        answer.text()
    }

    /// Moto finds the service in what a request is signed for, and does not look at the signature.
    #[track_caller]
    fn send(&self, service: &str, request: &Request) -> Response {
        let scope = format!("testing/20260101/us-east-1/{service}/aws4_request");
        let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        let request = request.clone().header("authorization", &signature);
        send(self.address, &request).unwrap_or_else(|error| panic!("moto: {error}"))
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing to do about either.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A program of the Python packages in `infra/requirements.txt`.
pub fn python_program(name: &str) -> PathBuf {
    let path = project().join("target/python/bin").join(name);
    assert!(path.is_file(), "`{}` is not installed\nhint: `cargo xtask test --infra` installs it", path.display());
    path
}

#[track_caller]
fn element(xml: &str, name: &str) -> String {
    let (_, rest) = xml.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no `{name}` in {xml}"));
    rest.split('<').next().unwrap_or_default().to_owned()
}

#[expect(clippy::disallowed_methods, reason = "waits for a program of somebody else's")]
fn now() -> Instant {
    Instant::now()
}
