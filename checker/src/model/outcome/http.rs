//! What is told of an HTTP response that is not what was asked for.

/// What a sentence about a response waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpExpected {
    /// A response, from its status line on.
    Response,
    /// The empty line at the head's end.
    EndOfHead,
    /// A body of so many bytes, as Content-Length says.
    Body { length: u64 },
    /// The chunk of length 0.
    LastChunk,
    /// A body that has no length of its own goes on to the end of the connection.
    EndOfBody,
    /// A status, as written.
    Status(String),
    /// A header field and its value, as written.
    Header { name: String, value: String },
    /// A body, as written.
    BodyLike(String),
}

/// What came instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpActual {
    /// The first line is no status line.
    NoStatusLine(Vec<u8>),
    /// A line of the head that ends in `\n` alone.
    BareNewline(Vec<u8>),
    /// A line of the head that is no header field.
    NoField(Vec<u8>),
    /// More fields, or more bytes, than any head has.
    EndlessHead,
    /// A Content-Length that is no number, or two of them.
    BadLength(Vec<u8>),
    /// What stands where the length of a chunk should.
    BadChunk(Vec<u8>),
    /// `404 Not Found`
    Status(Vec<u8>),
    /// The fields that there are, by name.
    NoSuchHeader {
        has: Vec<String>,
    },
    /// The value that it has.
    Header(Vec<u8>),
    Body(Vec<u8>),
    /// So much came, and then this.
    Part {
        bytes: u64,
        then: Box<super::Actual>,
    },
}
