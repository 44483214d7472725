//! `origin healthcheck`: requests the readiness of the server on this machine. An image without a shell has no other client.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::app::configuration::Configuration;

/// The longest time that the server may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The bytes of a response that are read: the head and a problem fit.
const ANSWER_LIMIT: u64 = 4_096;

pub(crate) fn run(configuration: &Configuration) -> anyhow::Result<ExitCode> {
    // A server that listens on all addresses listens on loopback too.
    let host = match configuration.host {
        IpAddr::V4(host) if host.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(host) if host.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        host => host,
    };
    let address = SocketAddr::new(host, configuration.port);
    let answer = ask(address).with_context(|| format!("the server at {address} is not ready"))?;
    match answer.strip_prefix("HTTP/1.1 200 ") {
        Some(_) => Ok(ExitCode::SUCCESS),
        None => bail!("the server at {address} is not ready: {}", answer.lines().next().unwrap_or_default()),
    }
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET /health/ready HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(ANSWER_LIMIT).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
