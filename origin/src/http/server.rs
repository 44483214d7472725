//! Connections: how slow they may be, how large a head, and how they end. `admission` limits their number. At the end whatever has been
//! asked is answered, on open connections and on those that still wait to be accepted.

use std::io::{self, Write as _};
use std::net::{Shutdown, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;
use tower::Service as _;

use crate::http::admission::{Admission, Peer, Place};
use crate::observe::metrics::Connections;

/// How many fields a head may have.
const FIELDS_LIMIT: usize = 100;

/// How long connections without a request stay open after the server was told to end: what was sent before its peer could know
/// arrives in this time, and is answered.
const LINGER: Duration = Duration::from_secs(1);

/// The answer to a connection past its address's limit, sent before anything is read.
const TURNED_AWAY: &str = "HTTP/1.1 503 Service Unavailable\r\n\
    content-type: application/problem+json\r\n\
    cache-control: no-store\r\n\
    retry-after: 1\r\n\
    connection: close\r\n\
    content-length: 140\r\n\r\n\
    {\"detail\":\"an address may have so many connections at once and no more\",\"status\":503,\"title\":\"Unavailable\",\"type\":\"urn:problem:unavailable\"}";

/// How connections are treated.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) header_timeout: Duration,
    pub(crate) write_timeout: Duration,
    /// How much of a head is buffered, in bytes. One read may exceed it by as much again.
    pub(crate) head: usize,
    /// How many connections there may be, on all threads.
    pub(crate) admission: Arc<Admission>,
    /// How long the last answers may take.
    pub(crate) drain: Duration,
}

/// What every connection needs.
#[derive(Clone)]
struct Serving {
    app: Router,
    limits: Limits,
    counted: Connections,
    /// Told when idle connections are to be closed.
    closes: watch::Receiver<bool>,
}

/// Serves on this thread until it is told to stop, then answers what is left. Returns how many connections had to be cut off.
pub(crate) async fn serve(
    listener: std::net::TcpListener,
    app: Router,
    limits: Limits,
    counted: Connections,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<usize> {
    let listener = TcpListener::from_std(listener)?;
    let admission = Arc::clone(&limits.admission);
    let (close, closes) = watch::channel(false);
    let serving = Serving { app, limits: limits.clone(), counted: counted.clone(), closes };
    let mut connections = JoinSet::new();
    loop {
        let accepted = async {
            // Whoever comes when all are taken waits in the backlog, and is not turned away.
            let permit = admission.permit().await.ok_or(io::ErrorKind::BrokenPipe)?;
            Ok::<_, io::Error>((listener.accept().await?, permit))
        };
        tokio::select! {
            biased;
            _ = stopped.changed() => break,
            accepted = accepted => {
                if let Ok(((stream, peer), permit)) = accepted {
                    if let Some(place) = admission.place(peer.ip(), permit) {
                        connections.spawn(serving.clone().connection(stream, peer, Some(place)));
                    } else {
                        counted.of_an_address.inc();
                        turn_away(stream);
                    }
                } else {
                    // Too many open files, or a peer that left before it was accepted: both pass.
                    counted.failed.inc();
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
    for (stream, peer) in backlog(listener)? {
        // They were let in by the system; how many there are is no matter any more.
        connections.spawn(serving.clone().connection(stream, peer, None));
    }
    let ended = tokio::time::timeout(limits.drain, async {
        let linger = tokio::time::sleep(LINGER.min(limits.drain));
        let mut linger = pin!(linger);
        let mut is_closing = false;
        loop {
            tokio::select! {
                () = &mut linger, if !is_closing => {
                    is_closing = true;
                    close.send_replace(true);
                }
                next = connections.join_next() => if next.is_none() { break },
            }
        }
    });
    Ok(if ended.await.is_ok() { 0 } else { connections.len() })
}

/// The connections that the system has accepted and nobody has taken.
fn backlog(listener: TcpListener) -> io::Result<Vec<(TcpStream, SocketAddr)>> {
    let listener = listener.into_std()?;
    let mut waiting = Vec::new();
    // It does not block: the first one that would have to be waited for is the end.
    while let Ok((stream, peer)) = listener.accept() {
        stream.set_nonblocking(true)?;
        waiting.push((TcpStream::from_std(stream)?, peer));
    }
    Ok(waiting)
}

/// Answers that the address has too many connections, as far as that is possible without waiting, and closes this one.
fn turn_away(stream: TcpStream) {
    if let Ok(mut stream) = stream.into_std() {
        // It does not block, and a new connection has room for a line. A peer that reads no answer has its connection closed as well.
        let _ = stream.write_all(TURNED_AWAY.as_bytes());
        let _ = stream.shutdown(Shutdown::Write);
    }
}

impl Serving {
    async fn connection(self, stream: TcpStream, peer: SocketAddr, place: Option<Place>) {
        let Serving { app, limits, counted, mut closes } = self;
        counted.accepted.inc();
        counted.open.inc();
        // Small answers must not wait for the acknowledgement of the one before. Where it cannot be set they do.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits.write_timeout));
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer.ip()));
            app.clone().call(request)
        });
        let mut server = http1::Builder::new();
        server.timer(TokioTimer::new()).header_read_timeout(limits.header_timeout);
        server.max_buf_size(limits.head).max_headers(FIELDS_LIMIT);
        let mut connection = pin!(server.serve_connection(TokioIo::new(Box::pin(stream)), service));
        // How a peer ends a connection is its own business.
        let is_over = tokio::select! {
            _ = connection.as_mut() => true,
            _ = closes.changed() => false,
        };
        if !is_over {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
        counted.open.dec();
        drop(place);
    }
}
