//! What travels the socket: a length of four octets, big-endian, the protocol's number, and a message in postcard.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::app::ports::store::{Collection, Commit, Key, Page, StoreError};

/// The number of the protocol; a change of any message changes it.
const PROTOCOL: u8 = 1;
/// The longest frame: a page or a commit at the port's limits, with its lengths and keys.
pub(super) const MAX_FRAME_OCTETS: usize = 64 << 20;

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Request {
    /// `Store::fetch`.
    Fetch(Key),
    /// `Store::scan`.
    Scan {
        /// The kind of the records.
        collection: Collection,
        /// How their ids start.
        prefix: Vec<u8>,
        /// The last id seen.
        after: Option<Vec<u8>>,
        /// How many at most.
        limit: u64,
    },
    /// `Store::commit`.
    Commit(Commit),
    /// `Store::hold_still` begins.
    Hold,
    /// `Store::hold_still` ends.
    Release,
}

/// What a server replies.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Reply {
    /// To `Fetch`.
    Value(Option<Vec<u8>>),
    /// To `Scan`.
    Page(Page),
    /// To `Commit`, `Hold` and `Release`.
    Done,
    /// To any: not done, and why.
    Refused(Refusal),
}

impl Reply {
    /// What it is, for messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Value(_) => "a value",
            Self::Page(_) => "a page",
            Self::Done => "an acknowledgement",
            Self::Refused(_) => "a refusal",
        }
    }
}

/// [`StoreError`] on the wire.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Refusal {
    Conflict { key: Key },
    BadKey { octets: u64 },
    TooLarge { octets: u64, limit: u64 },
    Halted { path: String, cause: String },
    Damaged { path: String, detail: String },
    Read { cause: String },
    Written { cause: String },
    Protocol { detail: String },
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { key } => Self::Conflict { key },
            StoreError::BadKey { octets } => Self::BadKey {
                octets: octets as u64,
            },
            StoreError::TooLarge { octets, limit } => Self::TooLarge {
                octets: octets as u64,
                limit: limit as u64,
            },
            StoreError::Halted { path, cause } => Self::Halted { path, cause },
            StoreError::Damaged { path, detail } => Self::Damaged { path, detail },
            StoreError::Io {
                action: "written",
                source,
            } => Self::Written {
                cause: source.to_string(),
            },
            StoreError::Io { source, .. } => Self::Read {
                cause: source.to_string(),
            },
            StoreError::Protocol { detail } => Self::Protocol { detail },
            // These are errors of opening a store, and a served store is open.
            other @ (StoreError::Locked { .. }
            | StoreError::Missing { .. }
            | StoreError::Exists { .. }
            | StoreError::Newer { .. }
            | StoreError::Occupied { .. }) => Self::Protocol {
                detail: other.to_string(),
            },
        }
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Conflict { key } => Self::Conflict { key },
            Refusal::BadKey { octets } => Self::BadKey {
                octets: octets as usize,
            },
            Refusal::TooLarge { octets, limit } => Self::TooLarge {
                octets: octets as usize,
                limit: limit as usize,
            },
            Refusal::Halted { path, cause } => Self::Halted { path, cause },
            Refusal::Damaged { path, detail } => Self::Damaged { path, detail },
            Refusal::Read { cause } => Self::Io {
                action: "read",
                source: io::Error::other(cause),
            },
            Refusal::Written { cause } => Self::Io {
                action: "written",
                source: io::Error::other(cause),
            },
            Refusal::Protocol { detail } => Self::Protocol { detail },
        }
    }
}

/// Write one message.
pub(super) fn send(out: &mut impl Write, message: &impl Serialize) -> Result<(), StoreError> {
    let frame = encode(message)?;
    out.write_all(&frame)
        .and_then(|()| out.flush())
        .map_err(super::reaching)
}

/// Read one message; `None` if the peer closed the connection between two messages.
pub(super) fn receive<M: DeserializeOwned>(input: &mut impl Read) -> Result<Option<M>, StoreError> {
    let mut length = [0; 4];
    match input.read(&mut length[..1]) {
        Ok(0) => return Ok(None),
        Ok(_) => input
            .read_exact(&mut length[1..])
            .map_err(super::reaching)?,
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(None),
        Err(error) => return Err(super::reaching(error)),
    }
    let octets = u32::from_be_bytes(length) as usize;
    if octets > MAX_FRAME_OCTETS {
        return Err(protocol(format!(
            "a message of {octets} octets, the limit is {MAX_FRAME_OCTETS}"
        )));
    }
    // Grows as the octets arrive, so that a mere claim of a length costs nothing.
    let mut body = Vec::new();
    input
        .take(octets as u64)
        .read_to_end(&mut body)
        .map_err(super::reaching)?;
    if body.len() < octets {
        return Err(super::reaching(io::ErrorKind::UnexpectedEof.into()));
    }
    decode(&body).map(Some)
}

/// A message as a frame.
fn encode(message: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    let frame = postcard::to_extend(message, vec![0, 0, 0, 0, PROTOCOL]);
    let mut frame = frame.map_err(|error| protocol(error.to_string()))?;
    let octets = frame.len() - 4;
    if octets > MAX_FRAME_OCTETS {
        return Err(protocol(format!(
            "a message of {octets} octets, the limit is {MAX_FRAME_OCTETS}"
        )));
    }
    frame[..4].copy_from_slice(&(octets as u32).to_be_bytes());
    Ok(frame)
}

/// The message in a frame's body.
fn decode<M: DeserializeOwned>(body: &[u8]) -> Result<M, StoreError> {
    match body.split_first() {
        Some((&PROTOCOL, message)) => match postcard::take_from_bytes(message) {
            Ok((message, [])) => Ok(message),
            Ok(_) => Err(protocol("a message with octets to spare".to_owned())),
            Err(error) => Err(protocol(error.to_string())),
        },
        Some((other, _)) => Err(protocol(format!(
            "protocol {other} instead of {PROTOCOL}; use the same version"
        ))),
        None => Err(protocol("an empty message".to_owned())),
    }
}

fn protocol(detail: String) -> StoreError {
    StoreError::Protocol { detail }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::app::ports::store::Expect;

    fn any_key() -> impl Strategy<Value = Key> {
        (
            prop::sample::select(&Collection::ALL[..]),
            prop::collection::vec(any::<u8>(), 0..40),
        )
            .prop_map(|(collection, id)| Key::new(collection, id))
    }

    fn any_octets() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(any::<u8>(), 0..200)
    }

    fn any_request() -> impl Strategy<Value = Request> {
        let expect = prop_oneof![
            any_key().prop_map(Expect::Absent),
            (any_key(), any_octets()).prop_map(|(key, value)| Expect::Equals(key, value)),
        ];
        let commit = (
            prop::collection::vec(expect, 0..3),
            prop::collection::vec((any_key(), any_octets()), 0..3),
            prop::collection::vec(any_key(), 0..3),
        );
        prop_oneof![
            any_key().prop_map(Request::Fetch),
            (any_key(), prop::option::of(any_octets()), any::<u64>()).prop_map(
                |(key, after, limit)| Request::Scan {
                    collection: key.collection,
                    prefix: key.id,
                    after,
                    limit
                }
            ),
            commit.prop_map(|(expects, puts, removes)| Request::Commit(Commit {
                expects,
                puts,
                removes
            })),
            Just(Request::Hold),
            Just(Request::Release),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn requests_travel(requests in prop::collection::vec(any_request(), 1..4)) {
            let mut wire = Vec::new();
            for request in &requests {
                send(&mut wire, request).unwrap();
            }
            let mut input = &wire[..];
            for request in requests {
                prop_assert_eq!(receive::<Request>(&mut input).unwrap(), Some(request));
            }
            prop_assert_eq!(receive::<Request>(&mut input).unwrap(), None);
        }

        #[test]
        fn a_cut_request_is_an_error(request in any_request(), cut: prop::sample::Index) {
            let frame = encode(&request).unwrap();
            let octets = 1 + cut.index(frame.len() - 1);
            prop_assert!(receive::<Request>(&mut &frame[..octets]).is_err());
        }

        #[test]
        fn arbitrary_octets_never_panic(octets in prop::collection::vec(any::<u8>(), 0..500)) {
            let _ = receive::<Request>(&mut &octets[..]);
            let body = [&[PROTOCOL][..], &octets].concat();
            if let Ok(request) = decode::<Request>(&body) {
                let frame = encode(&request).unwrap();
                prop_assert_eq!(decode::<Request>(&frame[4..]).unwrap(), request);
            }
            let _ = decode::<Reply>(&body);
        }
    }

    #[test]
    fn a_claimed_length_is_not_believed() {
        let claims = [(MAX_FRAME_OCTETS as u32).to_be_bytes(), [0xff; 4]];
        assert!(matches!(
            receive::<Request>(&mut &claims[0][..]),
            Err(StoreError::Io { .. })
        ));
        assert!(matches!(
            receive::<Request>(&mut &claims[1][..]),
            Err(StoreError::Protocol { .. })
        ));
    }

    #[test]
    fn another_protocol_is_named() {
        let mut frame = encode(&Request::Hold).unwrap();
        frame[4] = 2;
        let error = receive::<Request>(&mut &frame[..]).unwrap_err();
        assert!(
            error.to_string().contains("protocol 2 instead of 1"),
            "{error}"
        );
    }
}
