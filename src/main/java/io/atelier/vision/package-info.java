/**
 * Networks that look at pictures, as transformers exports them: a folder with {@code model.onnx}
 * and {@code preprocessor_config.json}. Knows neither Spark nor what their answers are for.
 */
package io.atelier.vision;
