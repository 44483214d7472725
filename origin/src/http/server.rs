//! Connections: their time limits, the size of a head, and their end. `admission` limits their number. At the end every request that was
//! sent is answered, on open connections and on those that still wait to be accepted.

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

/// The most fields of a head.
const FIELDS_LIMIT: usize = 100;

/// The time for which idle connections stay open once the server drains: a request that its peer sent before it could know arrives
/// in this time, and is answered.
const LINGER: Duration = Duration::from_secs(1);

/// The answer to a connection past its address's limit, sent before anything is read.
const TURNED_AWAY: &str = "HTTP/1.1 503 Service Unavailable\r\n\
    content-type: application/problem+json\r\n\
    cache-control: no-store\r\n\
    retry-after: 1\r\n\
    connection: close\r\n\
    content-length: 140\r\n\r\n\
    {\"detail\":\"an address may have so many connections at once and no more\",\"status\":503,\"title\":\"Unavailable\",\"type\":\"urn:problem:unavailable\"}";

/// The limits of connections.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) header_timeout: Duration,
    pub(crate) write_timeout: Duration,
    /// The bytes of a head that are buffered. One read may exceed it by as much again.
    pub(crate) head: usize,
    /// The limit of connections, on all threads.
    pub(crate) admission: Arc<Admission>,
    /// The longest time for the last responses.
    pub(crate) drain: Duration,
}

/// The parts that every connection needs.
#[derive(Clone)]
struct Serving {
    app: Router,
    limits: Limits,
    counted: Connections,
    /// Changes when idle connections are to be closed.
    closes: watch::Receiver<bool>,
}

/// Serves on this thread until `stopped`, then answers the requests that are left. Returns the number of connections that were cut off.
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
            // A connection past the limit waits in the backlog and is not refused.
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
        // The system has let them in already, so the limit does not apply.
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

/// The connections that the system has accepted and no thread has taken.
fn backlog(listener: TcpListener) -> io::Result<Vec<(TcpStream, SocketAddr)>> {
    let listener = listener.into_std()?;
    let mut waiting = Vec::new();
    // The listener does not block: the first error means that no more connections wait.
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
        // An error is the way in which a peer ended the connection, and needs no report.
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
