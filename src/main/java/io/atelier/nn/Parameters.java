package io.atelier.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What a network is made of: it asks for each tensor and layer by its published name while it is
 * built, and frees all of them by closing this.
 */
public final class Parameters implements AutoCloseable {
  private final Weights weights;
  private final Compute compute;
  private final Device device;
  private final Map<String, Linear> linears = new LinkedHashMap<>();

  /** Parameters from {@code weights}, which is closed with this, held as {@code compute} says. */
  public Parameters(Weights weights, Compute compute) {
    this.weights = weights;
    this.compute = compute;
    this.device = Torch.keep(compute.torchDevice());
  }

  /** Precision and device of all tensors here. */
  public Compute compute() {
    return compute;
  }

  /** The tensor {@code name}, which must have the given shape. */
  public Tensor tensor(String name, long... shape) {
    return weights.get(name, compute, shape);
  }

  /** A tensor that the checkpoint may hold under either of two names. */
  public Tensor tied(String name, String alias, long... shape) {
    return weights.getTied(name, alias, compute, shape);
  }

  /** The layer {@code name} with {@code name.weight} [out, in] and {@code name.bias} [out]. */
  public Linear linear(String name, long in, long out) {
    Tensor weight = tensor(name + ".weight", out, in);
    return register(new Linear(name, weight, tensor(name + ".bias", out)));
  }

  /** The layer {@code name} with {@code name.weight} [out, in] alone. */
  public Linear linearWithoutBias(String name, long in, long out) {
    return register(new Linear(name, tensor(name + ".weight", out, in), null));
  }

  /** Every linear layer asked for so far by module name, in that order. */
  public Map<String, Linear> linears() {
    return Collections.unmodifiableMap(linears);
  }

  /** Refuses a checkpoint that lacks tensors or has some that nobody asked for. */
  public void requireAllUsed() {
    weights.requireAllUsed();
  }

  /** {@code input} in the precision and on the device of these parameters. */
  public Tensor own(Tensor input) {
    return input.to(device, compute.precision().scalarType());
  }

  /** {@code input} on the device of these parameters, in the precision {@code type}. */
  public Tensor own(Tensor input, ScalarType type) {
    return input.to(device, type);
  }

  @Override
  public void close() {
    linears.values().forEach(Linear::close);
    linears.clear();
    Torch.release(device);
    weights.close();
  }

  private Linear register(Linear linear) {
    linears.put(linear.name(), linear);
    return linear;
  }
}
