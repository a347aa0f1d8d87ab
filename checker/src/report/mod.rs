//! Events → reports. Reads only `model`.
