package io.atelier.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns values by key into the records and back. */
final class SettingsBinder {
  private SettingsBinder() {}

  static Settings defaults() {
    return bind(Map.of());
  }

  /** The records, with the default for every key that has no value. */
  static Settings bind(Map<String, Object> values) {
    RecordComponent[] sections = Settings.class.getRecordComponents();
    Object[] bound =
        Arrays.stream(sections).map(section -> section(section, values)).toArray(Object[]::new);
    return (Settings) create(Settings.class, sections, bound);
  }

  /** Every value, in the order of the records. */
  static Map<String, Object> values(Settings settings) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (RecordComponent section : Settings.class.getRecordComponents()) {
      Object nested = read(section, settings);
      for (RecordComponent component : section.getType().getRecordComponents()) {
        values.put(SettingKey.nameOf(section, component), read(component, nested));
      }
    }
    return values;
  }

  private static Object section(RecordComponent section, Map<String, Object> values) {
    RecordComponent[] components = section.getType().getRecordComponents();
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = SettingKey.nameOf(section, components[i]);
      Object value = values.get(name);
      arguments[i] = value != null ? value : SettingKey.find(name).orElseThrow().defaultValue();
    }
    return create(section.getType(), components, arguments);
  }

  private static Object create(Class<?> type, RecordComponent[] components, Object[] arguments) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("cannot create " + type, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot create " + type, e);
    }
  }

  private static Object read(RecordComponent component, Object from) {
    try {
      return component.getAccessor().invoke(from);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }
}
