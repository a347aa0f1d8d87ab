//! Introduces the conversation to the machine: plan, schedule, run, score.
