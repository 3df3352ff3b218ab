from django.core.mail import send_mail
from django.http import JsonResponse

from library.models import Book


def books(request):
    return JsonResponse({"titles": [book.title for book in Book.objects.order_by("id")]})


def mail(request):
    send_mail("Hello", "Text", "from@example.org", ["to@example.org"])
    return JsonResponse({})
