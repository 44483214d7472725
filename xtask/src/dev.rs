//! `cargo xtask dev`: builds, runs the shop on this machine, prints its address, and ends it all on Ctrl-C.
//! Rebuilding on save is wrangler's: it watches the sources and calls `cargo xtask build`.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, ErrorKind, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::bucket::Bucket;
use crate::build::{self, Profile};
use crate::failure::hinted;
use crate::processes::Processes;
use crate::project::{Project, say};

/// A health check that takes longer than this is as good as none.
const ANSWER_TIME: Duration = Duration::from_secs(2);

/// One program that `dev` keeps running.
struct Service {
    name: &'static str,
    port: u16,
    command: Command,
    /// What it serves, for the table: what it is and where.
    serves: Vec<(&'static str, String)>,
}

/// Where things listen, on 127.0.0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ports {
    pub(crate) shop: u16,
    /// The origin of record; its metrics are one port above.
    pub(crate) origin: u16,
}

/// The origin of record, by name: the shop outlives it, as it does anywhere.
const ORIGIN: &str = "the origin of record";

/// The shop that `cargo xtask dev` runs by default.
const SHOP: &str = "http://127.0.0.1:8787";

/// Runs the shop and its origin of record until Ctrl-C.
pub(crate) fn run(project: &Project, ports: Ports, catalog: Option<&Path>) -> Result<()> {
    port_is_free(ports.shop, "--port")?;
    port_is_free(ports.origin, "--origin-port")?;
    port_is_free(ports.origin.saturating_add(1), "--origin-port")?;
    build::run(project, Profile::Dev, catalog)?;
    build_origin(project)?;
    let bucket = Bucket::of(project)?;
    let address = format!("http://127.0.0.1:{}", ports.shop);
    let services = vec![origin(project, ports.origin, catalog, &address), shop(project, ports, &address, catalog)];

    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed)).context("cannot listen for Ctrl-C")?;

    let mut processes = Processes::new();
    let mut starting = Vec::new();
    let mut table = Vec::new();
    for mut service in services {
        say(format!("starting {}", service.name));
        processes.start(service.name, &mut service.command)?;
        starting.push((service.name, service.port));
        table.extend(service.serves);
    }
    // Removed again however this ends.
    let mut note = None;
    while !stopped.load(Ordering::Relaxed) {
        if let Some((name, status)) = processes.ended()? {
            if name != ORIGIN {
                bail!("{name} ended by itself: {status}");
            }
            if starting.iter().any(|(starting, _)| *starting == ORIGIN) {
                bail!("{name} did not start: {status}");
            }
            say(format!(
                "{name} has ended ({status}); the shop goes on. `{}` starts it again",
                again(ports.origin, catalog)
            ));
        }
        starting.retain(|(_, port)| !answers(*port));
        if starting.is_empty() && note.is_none() {
            note = Some(bucket.note(project, &address, &format!("http://127.0.0.1:{}", ports.origin))?);
            println!("{}", where_things_run(&table));
        }
        Processes::pause();
    }
    say("stopping");
    Ok(())
}

/// Runs the origin alone, until it ends.
pub(crate) fn run_origin(project: &Project, port: u16, catalog: Option<&Path>) -> Result<()> {
    port_is_free(port, "--port")?;
    build_origin(project)?;
    let Service { mut command, serves, .. } = origin(project, port, catalog, SHOP);
    println!("{}", table(&serves));
    let status = command.status().with_context(|| format!("cannot start {ORIGIN}"))?;
    // Ctrl-C reaches it as well, and it ends in good order.
    if status.success() { Ok(()) } else { bail!("{ORIGIN} ended: {status}") }
}

fn build_origin(project: &Project) -> Result<()> {
    say("building the origin of record");
    project.run(project.cargo("build").args(build::ORIGIN)).context("cannot build the origin of record")
}

/// The command that starts the origin again.
fn again(port: u16, catalog: Option<&Path>) -> String {
    let port = if port == 3333 { String::new() } else { format!(" --port {port}") };
    let catalog = catalog.map(|catalog| format!(" --catalog {}", catalog.display())).unwrap_or_default();
    format!("cargo xtask origin{port}{catalog}")
}

/// The native server, on the catalog file that a developer edits.
fn origin(project: &Project, port: u16, catalog: Option<&Path>, shop: &str) -> Service {
    let database = database(port, catalog);
    let catalog = catalog.map_or_else(|| project.path("catalog/data/products.json"), Path::to_path_buf);
    let mut command = project.command(project.path("target/debug/origin"));
    command.env("PORT", port.to_string()).env("METRICS_PORT", port.saturating_add(1).to_string());
    // What a shopper does is in the shop's own log; this one is for what becomes of the catalog.
    command.env("LOG", "events").env("CATALOG", &catalog);
    command.env("DATABASE_URL", format!("sqlite:{database}")).env("SHOP_URL", shop);
    let serves = vec![
        ("origin", format!("http://127.0.0.1:{port}/api/products")),
        ("catalog", format!("{} (edit it: the shop follows)", catalog.display())),
        ("database", format!("{database} (stock: `storefront stock show 1`)")),
        ("mails", format!("http://127.0.0.1:{port}/dev/mail")),
        ("metrics", format!("http://127.0.0.1:{}/metrics", port.saturating_add(1))),
    ];
    Service { name: ORIGIN, port, command, serves }
}

/// The database of a shop, from the root of the checkout. Shops of other catalogs, and those that run beside each other, have one each.
fn database(port: u16, catalog: Option<&Path>) -> String {
    let name = catalog.and_then(Path::file_stem).map_or_else(|| "shop".into(), |stem| stem.to_string_lossy());
    let plain: String = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    let port = if port == 3333 { String::new() } else { format!("-{port}") };
    format!(".storefront/{plain}{port}.db")
}

/// The Worker, in wrangler's local runtime.
fn shop(project: &Project, ports: Ports, address: &str, catalog: Option<&Path>) -> Service {
    let mut command = project.npm_program("wrangler");
    command.args(["dev", "--ip", "127.0.0.1", "--port", &ports.shop.to_string()]);
    command.args(["--var", &format!("ORIGIN_URL:http://127.0.0.1:{}", ports.origin)]);
    // The address in canonical links and in the sitemap is the one that is printed here.
    command.args(["--var", &format!("PUBLIC_ORIGIN:{address}")]);
    if let Some(catalog) = catalog {
        command.env("CATALOG", catalog);
    }
    let serves = vec![
        ("shop", format!("{address}/")),
        ("products", format!("{address}/products")),
        ("API", format!("{address}/api/products")),
        ("health", format!("{address}/health/ready")),
        ("versions", format!("{address}/__versions")),
        ("bucket", format!("{} (S3)", Bucket::endpoint(address))),
    ];
    Service { name: "the shop (wrangler dev)", port: ports.shop, command, serves }
}

/// Said before the build, not minutes later by wrangler, which would take the next port instead.
fn port_is_free(port: u16, option: &str) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(hinted(
            format!("port `{port}` is in use already"),
            format!("stop what listens there, or choose another, such as `{option} {}`", other_port(port)),
        )),
        Err(error) => Err(error).with_context(|| format!("cannot listen on port `{port}`")),
    }
}

/// Whether the health check of the service on this port says 200.
fn answers(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, ANSWER_TIME)?;
        stream.set_read_timeout(Some(ANSWER_TIME))?;
        let request = format!("GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        Ok(line)
    };
    ask().is_ok_and(|line| line.split(' ').nth(1) == Some("200"))
}

/// What runs where.
fn table(rows: &[(&'static str, String)]) -> String {
    let width = rows.iter().map(|(what, _)| what.len()).max().unwrap_or(0);
    let mut text = String::from("\n");
    for (what, address) in rows {
        let _ = writeln!(text, "  {what:width$}  {address}");
    }
    text
}

fn where_things_run(rows: &[(&'static str, String)]) -> String {
    let mut text = table(rows);
    text.push_str(
        "\nPublish to the bucket and roll out: `cargo storefront status` finds it by itself, as long as this runs.",
    );
    text.push_str("\nA saved file is rebuilt. Ctrl-C ends all of it.");
    text
}

fn other_port(port: u16) -> u16 {
    if port == u16::MAX { port - 1 } else { port + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_named_with_another() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let error = port_is_free(port, "--port").unwrap_err();
        assert_eq!(error.to_string(), format!("port `{port}` is in use already"));
        drop(listener);
        port_is_free(port, "--port").unwrap();
    }

    #[test]
    fn only_a_200_counts_as_an_answer() {
        #[track_caller]
        fn check(reply: &'static str, expect: bool) {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            let server = std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                // To its end: closing a connection with bytes unread resets it, and takes the reply with it.
                let request = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
                let request: Vec<String> = request.take_while(|line| !line.is_empty()).collect();
                stream.write_all(reply.as_bytes()).unwrap();
                request
            });
            assert_eq!(answers(port), expect, "{reply}");
            assert_eq!(server.join().unwrap().first().unwrap(), "GET /health HTTP/1.1");
        }
        check("HTTP/1.1 200 OK\r\n\r\n", true);
        check("HTTP/1.1 503 Service Unavailable\r\n\r\n", false);
        check("", false);
    }

    #[test]
    fn the_table_lines_up() {
        let table =
            [("shop", "http://127.0.0.1:1/".to_owned()), ("products", "http://127.0.0.1:1/products".to_owned())];
        assert_eq!(
            where_things_run(&table),
            "\n  shop      http://127.0.0.1:1/\n  products  http://127.0.0.1:1/products\n\n\
             Publish to the bucket and roll out: `cargo storefront status` finds it by itself, as long as this runs.\n\
             A saved file is rebuilt. Ctrl-C ends all of it."
        );
    }
}
