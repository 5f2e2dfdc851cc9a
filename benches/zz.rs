use std::time::Instant;
use tamis::rules::*;
fn main() {
    let name = std::env::args().nth(1).unwrap();
    let file = std::env::args().nth(2).unwrap();
    let texts: Vec<String> = std::fs::read_to_string(file).unwrap().lines().map(String::from).collect();
    let src = std::fs::read_to_string(&name).unwrap();
    let t = Instant::now();
    let p = Pipeline::parse(&src).unwrap();
    println!("parse {:?}", t.elapsed());
    let t = Instant::now();
    let _p2 = Pipeline::parse_reusing(&src, p.rules()).unwrap();
    println!("reparse {:?}", t.elapsed());
    let t = Instant::now();
    for x in &texts {
        std::hint::black_box(p.apply(x, &Subject::default()));
    }
    println!(
        "whole {:.0} ns/prompt = {:.0}/s",
        t.elapsed().as_nanos() as f64 / texts.len() as f64,
        texts.len() as f64 / t.elapsed().as_secs_f64()
    );
    let blocks: Vec<&str> = src.split("[[rule]]").collect();
    let mut rows = vec![];
    for b in &blocks[1..] {
        let one = format!("name=\"x\"\n[[rule]]{b}");
        let Ok(q) = Pipeline::parse(&one) else { continue };
        let t = Instant::now();
        for x in &texts {
            std::hint::black_box(q.apply(x, &Subject::default()));
        }
        let mut bits = gate::Bits::default();
        let awake: usize = texts.iter().map(|x| q.awake(x, &mut bits)).sum();
        rows.push((
            t.elapsed().as_nanos() as f64 / texts.len() as f64,
            q.rules()[0].name.clone(),
            awake as f64 / texts.len() as f64,
            q.parts(),
        ));
    }
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    for r in rows.iter().take(25) {
        println!("{:8.0} ns  awake {:5.2}/{}  {}", r.0, r.2, r.3, r.1);
    }
}
