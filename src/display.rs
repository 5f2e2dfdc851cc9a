//! The one sanitiser between data and every widget, stdout, stderr and log (contract 14, promise 5).
