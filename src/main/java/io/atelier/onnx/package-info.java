/**
 * ONNX graphs on ONNX Runtime through DJL: opened once a JVM and device, shared by its tasks; and
 * writing them. Knows neither Spark nor what a graph is for. Nothing is ever fetched.
 */
package io.atelier.onnx;
