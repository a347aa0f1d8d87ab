//! labs.yaml → model: the only floor that knows YAML and the grammar of scripts.
