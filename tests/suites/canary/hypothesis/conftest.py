from hypothesis import HealthCheck, settings

settings.register_profile("canary", max_examples=30, derandomize=False)
settings.register_profile("quick", max_examples=5, suppress_health_check=list(HealthCheck))
settings.load_profile("canary")
