//! Security requirements of the edge; docs/security.md names the requirement of each test.

mod codes;
mod cross_origin;
mod headers;
mod hostile;
mod poisoning;
mod security_txt;
mod smuggling;
