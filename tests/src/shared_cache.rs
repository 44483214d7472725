//! A real shared cache in front of a shop: nginx, which keeps whatever the answers' own headers allow a shared cache to keep.
//! For one machine and one test; its files and its process end with the value.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::client::{self, Request, Response};

/// Where the program is when it is on no search path of a person: Debian keeps it among the administrator's.
const PLACES: [&str; 4] =
    ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"];

/// Says in each answer what the cache did: `HIT`, `MISS`, …
pub const CACHE_STATUS: &str = "x-cache-status";

/// How often a start is tried, each time on another port.
const STARTS: usize = 5;

/// How often a start is looked at.
const LOOKS: usize = 200;

/// Ends the cache once standard input is closed, which the system does however the test process ends.
const WATCHDOG: &str = r#"
"$@" &
child=$!
cat >/dev/null
kill -s TERM "$child" 2>/dev/null
wait "$child"
"#;

/// A running cache.
#[derive(Debug)]
pub struct SharedCache {
    address: SocketAddr,
    watchdog: Child,
    folder: tempfile::TempDir,
}

impl SharedCache {
    /// Starts a cache in front of a server.
    pub fn start(server: SocketAddr) -> Result<SharedCache, String> {
        let program = program().ok_or(
            "nginx is not installed\nhint: `apt-get install nginx-light`, or leave this out: `cargo test -- --skip shared_cache`",
        )?;
        let mut last = String::new();
        for _ in 0..STARTS {
            match SharedCache::try_start(&program, server) {
                Ok(cache) => return Ok(cache),
                Err(reason) => last = reason,
            }
        }
        Err(format!("nginx does not start: {last}"))
    }

    /// Sends a request; a cache that does not answer fails the test.
    #[track_caller]
    pub fn send(&self, request: &Request) -> Response {
        match client::send(self.address, request) {
            Ok(response) => response,
            Err(reason) => panic!("{request}: no answer from nginx: {reason}\n{}", self.output()),
        }
    }

    /// What the cache did for an answer.
    pub fn status(answer: &Response) -> String {
        answer.header(CACHE_STATUS).unwrap_or_default()
    }

    /// What the cache has printed so far.
    fn output(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }

    fn try_start(program: &PathBuf, server: SocketAddr) -> Result<SharedCache, String> {
        let folder =
            tempfile::Builder::new().prefix("storefront-cache-").tempdir().map_err(|error| error.to_string())?;
        // nginx cannot choose a port by itself. Another program may take this one first; then the next try has another.
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let address = free.map_err(|error| error.to_string())?;
        let path = folder.path().to_str().ok_or("the temporary folder has no name in UTF-8")?.to_owned();
        let configuration = folder.path().join("nginx.conf");
        std::fs::write(&configuration, write(&path, address, server)).map_err(|error| error.to_string())?;
        let log = std::fs::File::create(folder.path().join("error.log")).map_err(|error| error.to_string())?;
        let mut command = Command::new("sh");
        command.args(["-c", WATCHDOG, "sh"]).arg(program).args(["-e", "stderr", "-p", &path, "-c"]).arg(&configuration);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log);
        let watchdog = command.spawn().map_err(|error| format!("cannot start `sh`: {error}"))?;
        let cache = SharedCache { address, watchdog, folder };
        for _ in 0..LOOKS {
            // Only this nginx says so: another program that took the port does not.
            let answer = client::send(address, &Request::get("/__cache_is_up"));
            if answer.is_ok_and(|answer| answer.status == 204 && answer.header("x-folder").as_deref() == Some(&path)) {
                return Ok(cache);
            }
            if cache.output().contains("[emerg]") {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(cache.output())
    }
}

impl Drop for SharedCache {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        // It ends by itself now; how says nothing.
        let _ = self.watchdog.wait();
    }
}

/// The program, if it is on this machine.
fn program() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the search path is where programs are")]
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join("nginx"));
    on_path.chain(PLACES.map(PathBuf::from)).find(|program| program.is_file())
}

/// The defaults of `proxy_cache`: the key is the address, `Cache-Control`, `Expires`, `Set-Cookie` and `Vary` of the answer say
/// whether it may be kept, and an answer that says nothing is not kept. A cookie of the request makes no difference.
fn write(folder: &str, listen: SocketAddr, server: SocketAddr) -> String {
    format!(
        "daemon off;
master_process off;
pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/temp;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_cache_path {folder}/cache levels=1 keys_zone=shop:1m inactive=1h max_size=64m;
    server {{
        listen {listen};
        location = /__cache_is_up {{ add_header x-folder {folder} always; return 204; }}
        location / {{
            proxy_pass http://{server};
            proxy_http_version 1.1;
            proxy_set_header connection \"\";
            proxy_cache shop;
            proxy_cache_revalidate on;
            add_header {CACHE_STATUS} $upstream_cache_status always;
        }}
    }}
}}
"
    )
}
