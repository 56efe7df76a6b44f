/**
 * Image-to-text models in ONNX, run as transformers runs them: preprocessing, encoder, and a
 * decoder with key/value cache under greedy or beam search.
 */
package io.atelier.caption.seq2seq;
