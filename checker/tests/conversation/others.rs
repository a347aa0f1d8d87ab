//! What the program does besides answering clients, and what clients do besides receiving.
