package io.atelier.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.nn.Compute;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ModelHostTest {
  /** A key that no other test of this JVM shares. */
  private final ModelHost.Key key =
      new ModelHost.Key(Loaded.class, UUID.randomUUID().toString(), Compute.CPU_FLOAT32);

  private final long before = ModelHost.loads(Loaded.class);

  @Test
  void lendsOneInstanceAgainAndAgain() {
    Loaded first = useOnce();
    assertThat(useOnce()).isSameAs(first);
    assertThat(ModelHost.loads(Loaded.class) - before).isEqualTo(1);
    assertThat(first.closed).isFalse();
  }

  @Test
  void neverLendsAnInstanceToTwoTasksAtOnce() {
    try (ModelHost.Lease<Loaded> one = borrow();
        ModelHost.Lease<Loaded> two = borrow()) {
      assertThat(one.model()).isNotSameAs(two.model());
    }
    assertThat(ModelHost.loads(Loaded.class) - before).as("loads of the weights").isEqualTo(1);
    useOnce();
    assertThat(ModelHost.loads(Loaded.class) - before).isEqualTo(1);
    ModelHost.keepOnly("cpu");
    useOnce();
    assertThat(ModelHost.loads(Loaded.class) - before).isEqualTo(2);
  }

  @Test
  void lendsByCheckpointAndDevice() {
    Loaded first = useOnce();
    ModelHost.Key other =
        new ModelHost.Key(Loaded.class, key.checkpoint() + "x", Compute.CPU_FLOAT32);
    try (ModelHost.Lease<Loaded> lease = ModelHost.borrow(other, Loaded.class, Loaded::new)) {
      assertThat(lease.model()).isNotSameAs(first);
    }
  }

  @Test
  void makesRoomOnTheDeviceThatNeedsIt() {
    Loaded first = useOnce();
    ModelHost.keepOnly("cuda:1");
    assertThat(useOnce()).isSameAs(first);
    ModelHost.keepOnly("cpu", key);
    assertThat(useOnce()).isSameAs(first);
    ModelHost.keepOnly("cpu");
    assertThat(first.closed).isTrue();
    assertThat(useOnce()).isNotSameAs(first);
  }

  @Test
  void closesADiscardedInstanceAndLoadsAnother() {
    Loaded broken;
    try (ModelHost.Lease<Loaded> lease = borrow()) {
      broken = lease.model();
      lease.discard();
    }
    assertThat(broken.closed).isTrue();
    assertThat(useOnce()).isNotSameAs(broken);
  }

  @Test
  void aLoadThatFailsLeavesNothingBehind() {
    assertThatThrownBy(
            () ->
                ModelHost.borrow(
                    key,
                    Loaded.class,
                    () -> {
                      throw new IllegalStateException("no such file");
                    }))
        .hasMessage("no such file");
    assertThat(useOnce()).isNotNull();
  }

  private Loaded useOnce() {
    try (ModelHost.Lease<Loaded> lease = borrow()) {
      return lease.model();
    }
  }

  private ModelHost.Lease<Loaded> borrow() {
    return ModelHost.borrow(key, Loaded.class, Loaded::new);
  }

  private static final class Loaded implements AutoCloseable {
    private boolean closed;

    @Override
    public void close() {
      closed = true;
    }
  }
}
