from flask import Flask, jsonify, request, session


def create_app():
    app = Flask(__name__)
    app.config.update(TESTING=True, SECRET_KEY="not a secret", SERVER_NAME="localhost")

    @app.get("/menu")
    def menu():
        return jsonify(dishes=["soup", "tea"])

    @app.post("/order")
    def order():
        session["orders"] = session.get("orders", 0) + 1
        return jsonify(dish=request.json["dish"], orders=session["orders"]), 201

    return app
